import { expect, test } from 'vitest';

import { newDirectory } from '../places.ts';
import { systemError, type Call } from '../testing-file-system.ts';
import { Roll, unclear } from './roll.ts';

/** Each case is many rolls of three units on the disk, which may be busy. */
const ROLLS_MS = 90_000;

const ALL_WRITES: readonly Call[] = ['makeFolder', 'create', 'rename', 'link', 'remove'];

/** The advice for each error, the calls that fail with it, and how many of them a roll makes, at least. */
const ERRORS: readonly (readonly [string, string, readonly Call[], number])[] = [
  ['ENOSPC', 'make room, nothing was lost', ['create'], 18],
  ['EDQUOT', 'quota is used up: make room', ['create'], 18],
  ['EROFS', 'mounted read-only: remount it', ALL_WRITES, 30],
  ['EACCES', 'the right to read and write there', ALL_WRITES, 30],
  ['EIO', 'look into the system log', [...ALL_WRITES, 'syncFolder'], 30],
];

/** How many rolls there are of each, with faults that begin evenly apart. */
const ROLLS = 8;

/** How many calls fail before the fault ends. */
const FAILING = 5;

test.each(ERRORS)(
  '%s, whichever write it begins at, is told, and the roll ends when it does',
  { timeout: ROLLS_MS },
  async (errno, advice, failing, least) => {
    let told = 0;
    for (let begin = 0; begin < ROLLS; begin += 1) {
      const first = Math.floor((begin * least) / ROLLS);
      const roll = new Roll(newDirectory());
      let calls = 0;
      for (const { fileSystem } of roll.units) {
        fileSystem.before = (call) => {
          if (!failing.includes(call)) return;
          calls += 1;
          if (calls > first && calls <= first + FAILING) throw systemError(errno, call);
        };
      }

      await roll.finish();

      expect(calls, 'the calls of the roll').toBeGreaterThan(first + FAILING);
      const { errors } = roll.takeTroubles();
      told += errors.length;
      expect(unclear(errors, { code: 'UNAVAILABLE', errno, advice })).toEqual([]);
      expect(await roll.leftBehind()).toEqual([]);
    }
    expect(told).toBeGreaterThanOrEqual(ROLLS);
  },
);

test.each([
  ['leads', 0],
  ['holds the lock', 1],
  ['waits', 2],
])(
  'the disk is full for the unit that %s alone: it is told, and the roll ends once there is room',
  { timeout: ROLLS_MS },
  async (_, number) => {
    const roll = new Roll(newDirectory());
    await roll.toTheMiddle();
    const { fileSystem } = roll.unit(number);
    fileSystem.before = (call) => {
      if (call === 'create') throw systemError('ENOSPC', call);
    };

    for (let hooks = 0; hooks < 6; hooks += 1) await roll.hooksOfAll();

    const { errors } = roll.takeTroubles();
    expect(errors.length).toBeGreaterThan(0);
    const clear = { code: 'UNAVAILABLE', errno: 'ENOSPC', advice: 'make room, nothing was lost' };
    expect(unclear(errors, clear)).toEqual([]);
    fileSystem.before = () => undefined;
    await roll.finish();
  },
);
