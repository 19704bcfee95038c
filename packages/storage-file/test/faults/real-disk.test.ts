import { expect, test } from 'vitest';

import { Roll, unclear, type Clear } from './roll.ts';
import { newSmallDisk, noSmallDisk, type SmallDisk } from './small-disk.ts';

/** Each case is a roll of three units on a disk of its own. */
const ROLLS_MS = 60_000;

const FULL: Clear = {
  code: 'UNAVAILABLE',
  errno: 'ENOSPC',
  advice: 'make room, nothing was lost',
};

const READ_ONLY: Clear = { code: 'UNAVAILABLE', errno: 'EROFS', advice: 'remount it' };

interface Fault {
  readonly begin: (disk: SmallDisk) => void;
  readonly end: (disk: SmallDisk) => void;
  readonly clear: Clear;
}

const FAULTS: readonly (readonly [string, Fault])[] = [
  ['full', { begin: (disk) => disk.fill(), end: (disk) => disk.empty(), clear: FULL }],
  [
    'mounted read-only',
    {
      begin: (disk) => disk.mountReadOnly(),
      end: (disk) => disk.mountWritable(),
      clear: READ_ONLY,
    },
  ],
];

const where = noSmallDisk ?? 'on a tmpfs';

test.skipIf(noSmallDisk !== undefined).each(FAULTS)(
  `a disk that is really %s in the middle of a roll is told, nothing changes, and the roll ends with the fault (${where})`,
  { timeout: ROLLS_MS },
  async (_, { begin, end, clear }) => {
    const disk = newSmallDisk();
    const roll = new Roll(disk.path);
    await roll.toTheMiddle();
    const before = roll.documents();
    begin(disk);

    for (let hooks = 0; hooks < 3; hooks += 1) await roll.hooksOfAll();

    const { errors } = roll.takeTroubles();
    expect(errors.length).toBeGreaterThan(0);
    expect(unclear(errors, clear)).toEqual([]);
    expect(roll.documents()).toEqual(before);
    end(disk);
    await roll.finish();
    expect(roll.takeTroubles().errors).toEqual([]);
    expect(await roll.leftBehind()).toEqual([]);
  },
);

test.skipIf(noSmallDisk !== undefined)(
  `units that find a disk that is really full when they come are told, and join once there is room (${where})`,
  { timeout: ROLLS_MS },
  async () => {
    const disk = newSmallDisk();
    disk.fill();
    const roll = new Roll(disk.path);

    await roll.hooksOfAll();

    const { errors } = roll.takeTroubles();
    expect(errors).toHaveLength(3);
    expect(unclear(errors, FULL)).toEqual([]);
    disk.empty();
    await roll.finish();
    expect(roll.takeTroubles().errors).toEqual([]);
  },
);
