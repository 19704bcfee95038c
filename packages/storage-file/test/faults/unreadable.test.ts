import { readFileSync, writeFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { newDirectory } from '../places.ts';
import { systemError } from '../testing-file-system.ts';
import { Roll, unclear } from './roll.ts';

/** Each case is a roll of three units on the disk, which may be busy. */
const ROLLS_MS = 60_000;

const DAMAGES: readonly (readonly [string, (bytes: Buffer) => Buffer])[] = [
  ['emptied', () => Buffer.alloc(0)],
  ['cut short', (bytes) => bytes.subarray(0, bytes.length - 2)],
  ['overwritten', () => Buffer.from('\u0000\u0001 no document at all \ufffd')],
];

/** The command that a message names. */
const REPAIR = 'baton-files set-aside';

interface Case {
  readonly file: string;
  /** Where it is said. */
  readonly said: 'error' | 'warning';
  /** Who is served all the same. */
  readonly served: readonly string[];
}

const CASES: readonly Case[] = [
  // The leader's own one: it has been served, and asks for nothing.
  { file: 'sheet.db%2f0', said: 'warning', served: ['db/1', 'db/2'] },
  // The holder's: it may be at work, so nobody else is granted the lock.
  { file: 'sheet.db%2f1', said: 'warning', served: [] },
  // One that waits: whatever it asked for cannot be known.
  { file: 'sheet.db%2f2', said: 'warning', served: ['db/1'] },
  // Nobody knows who holds, so nobody does.
  { file: 'grants.1', said: 'warning', served: [] },
  // Nobody knows who leads.
  { file: 'leader.1', said: 'error', served: [] },
];

const ALL = CASES.flatMap((one) =>
  DAMAGES.map(([how, damage]) => [one.file, how, { ...one, damage }] as const),
);

test.each(ALL)(
  '%s is %s in the middle of a roll: it is told, stays as it is, and the roll ends once it is restored',
  { timeout: ROLLS_MS },
  async (file, _, { said, served, damage }) => {
    const roll = new Roll(newDirectory());
    await roll.toTheMiddle();
    const path = roll.pathOf(file);
    const whole = readFileSync(path);
    const damaged = damage(whole);
    writeFileSync(path, damaged);

    for (let hooks = 0; hooks < 5; hooks += 1) await roll.hooksOfAll();

    const { errors, warnings } = roll.takeTroubles();
    expect(errors.length > 0).toBe(said === 'error');
    expect(unclear(errors, { code: 'CORRUPT', advice: REPAIR })).toEqual([]);
    const told = said === 'error' ? errors.map(({ message }) => message) : warnings;
    expect(told.filter((line) => line.includes(path) && line.includes(REPAIR))).not.toEqual([]);
    expect(readFileSync(path)).toEqual(damaged);
    const others = roll.units.filter(({ name }) => name !== 'db/0');
    expect(others.filter((unit) => unit.served.length > 0).map(({ name }) => name)).toEqual(served);
    writeFileSync(path, whole);
    await roll.finish();
    expect(roll.takeTroubles().errors).toEqual([]);
  },
);

test.each(['format', 'member.db%2f1', 'claim.db%2f2.1'])(
  'the damaged %s has no effect on a roll of units that have joined, and stays as it is',
  { timeout: ROLLS_MS },
  async (file) => {
    const roll = new Roll(newDirectory());
    await roll.toTheMiddle();
    const path = roll.pathOf(file);
    writeFileSync(path, 'no document');

    await roll.finish();

    expect(roll.takeTroubles()).toEqual({ errors: [], warnings: [] });
    expect(readFileSync(path, 'utf8')).toBe('no document');
  },
);

test.each([
  ['the folder', 'list', 'baton'],
  ['the sheet of the leader', 'read', 'sheet.db%2f0'],
  ['the sheet of the holder', 'read', 'sheet.db%2f1'],
  ['a sheet that waits', 'read', 'sheet.db%2f2'],
  ['the grants', 'read', 'grants.1'],
  ['the claim of the leader', 'read', 'leader.1'],
])(
  'EIO on %s in the middle of a roll is told, changes nothing there, and the roll ends once it is over',
  { timeout: ROLLS_MS },
  async (_, failing, file) => {
    const roll = new Roll(newDirectory());
    await roll.toTheMiddle();
    const before = roll.documents().get(file);
    for (const { fileSystem } of roll.units) {
      fileSystem.before = (call, name) => {
        if (call === failing && name === file) throw systemError('EIO', call);
      };
    }

    for (let hooks = 0; hooks < 5; hooks += 1) await roll.hooksOfAll();

    const { errors, warnings } = roll.takeTroubles();
    const told = [...errors.map(({ message }) => message), ...warnings];
    const advised = told.filter((line) =>
      line.includes(`${file}: EIO; the disk reports an error: look`),
    );
    expect(advised).not.toEqual([]);
    const clear = { code: 'UNAVAILABLE', errno: 'EIO', advice: 'look into the system log' };
    expect(unclear(errors, clear)).toEqual([]);
    expect(roll.documents().get(file)).toBe(before);
    for (const { fileSystem } of roll.units) fileSystem.before = () => undefined;
    await roll.finish();
    expect(roll.takeTroubles().errors).toEqual([]);
  },
);
