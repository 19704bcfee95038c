import { expect, test } from 'vitest';

import { Roll, unclear } from '../faults/roll.ts';
import { newSmallDisk, noSmallDisk } from '../faults/small-disk.ts';

/** Node says ENOENT where a folder is to be made, with those above it, on a read-only file system. */
test.skipIf(noSmallDisk !== undefined)(
  `units that find a disk that is really mounted read-only when they come are told so, and join once it is writable (${noSmallDisk ?? 'on a tmpfs'})`,
  async () => {
    const disk = newSmallDisk();
    disk.mountReadOnly();
    const roll = new Roll(disk.path);

    await roll.hooksOfAll();

    const { errors } = roll.takeTroubles();
    const clear = { code: 'UNAVAILABLE', errno: 'EROFS', advice: 'mounted read-only: remount it' };
    expect(errors).toHaveLength(3);
    expect(unclear(errors, clear)).toEqual([]);
    disk.mountWritable();
    await roll.finish();
  },
);
