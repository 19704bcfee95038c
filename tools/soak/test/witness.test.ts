import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { insideOf, TwoHoldersError, Witness } from '../witness.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'baton-witness-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** The witness of a process that looks alive or dead to the others. */
function witness(unit: string, pid: number, alive: readonly number[] = []): Witness {
  return new Witness(folder, { unit, pid }, (other) => alive.includes(other));
}

test('one after another may go inside', () => {
  const [a, b] = [witness('db/0', 1), witness('db/1', 2)];
  a.enter();
  expect(insideOf(folder)).toEqual({ unit: 'db/0', pid: 1 });
  a.leave();
  b.enter();
  b.leave();
  expect(insideOf(folder)).toBeUndefined();
});

test('a second unit is a violation, even where the first one is dead', () => {
  witness('db/0', 1).enter();
  expect(() => witness('db/1', 2).enter()).toThrow(TwoHoldersError);
});

test('a unit that comes back takes over from its dead process', () => {
  witness('db/0', 1).enter();
  const back = witness('db/0', 3);
  back.enter();
  expect(insideOf(folder)).toEqual({ unit: 'db/0', pid: 3 });
  back.leave();
});

test('a second live process of the same unit is a violation', () => {
  witness('db/0', 1).enter();
  expect(() => witness('db/0', 3, [1]).enter()).toThrow(TwoHoldersError);
});

test('leaving where somebody else is inside is a violation', () => {
  const first = witness('db/0', 1);
  first.enter();
  witness('db/0', 3).enter();
  expect(() => first.leave()).toThrow(TwoHoldersError);
});
