import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { insideOf, TwoHoldersError, Witness, type Inside } from '../witness.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'baton-witness-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** What a witness is told of the world: which processes live, and which units were removed by force. */
interface World {
  readonly alive?: readonly number[];
  readonly gone?: readonly string[];
}

/** The process of a unit; with the same number later, another one. */
function processOf(unit: string, pid: number, began = 'first'): Inside {
  return { unit, pid, began };
}

/** The witness of a process, in a world. */
function witness(self: Inside, { alive = [], gone = [] }: World = {}): Witness {
  return new Witness(folder, self, {
    isAlive: ({ pid, began }) => began === 'first' && alive.includes(pid),
    isGone: (unit) => gone.includes(unit),
    dyingMs: 0,
  });
}

test('one after another may go inside', () => {
  const [a, b] = [witness(processOf('db/0', 1)), witness(processOf('db/1', 2))];
  a.enter();
  expect(insideOf(folder)).toEqual(processOf('db/0', 1));
  a.leave();
  b.enter();
  b.leave();
  expect(insideOf(folder)).toBeUndefined();
});

test('a second unit is a violation, even where the first one is dead', () => {
  witness(processOf('db/0', 1)).enter();
  expect(() => witness(processOf('db/1', 2)).enter()).toThrow(TwoHoldersError);
});

test('a unit that comes back takes over from its dead process', () => {
  witness(processOf('db/0', 1)).enter();
  const back = witness(processOf('db/0', 3));
  back.enter();
  expect(insideOf(folder)).toEqual(processOf('db/0', 3));
  back.leave();
});

test('a second live process of the same unit is a violation', () => {
  witness(processOf('db/0', 1)).enter();
  expect(() => witness(processOf('db/0', 3), { alive: [1] }).enter()).toThrow(TwoHoldersError);
});

test('leaving where somebody else is inside is a violation', () => {
  const first = witness(processOf('db/0', 1));
  first.enter();
  witness(processOf('db/0', 3)).enter();
  expect(() => first.leave()).toThrow(TwoHoldersError);
});

test('a unit that was removed by force keeps nobody out once its process is dead', () => {
  witness(processOf('db/0', 1)).enter();
  const next = witness(processOf('db/1', 2), { gone: ['db/0'] });
  next.enter();
  expect(insideOf(folder)).toEqual(processOf('db/1', 2));
  next.leave();
});

test('a unit that was removed by force, and whose process goes on, is a violation', () => {
  witness(processOf('db/0', 1)).enter();
  const next = witness(processOf('db/1', 2), { gone: ['db/0'], alive: [1] });
  expect(() => next.enter()).toThrow(TwoHoldersError);
});

test('a number that belongs to another process by now keeps no unit out of its own lock', () => {
  witness(processOf('db/0', 1, 'earlier')).enter();
  witness(processOf('db/0', 3), { alive: [1] }).enter();
  expect(insideOf(folder)).toEqual(processOf('db/0', 3));
});

test('a unit that runs again what was killed is inside until it leaves, even if it does nothing there', () => {
  witness(processOf('db/0', 1)).enter();
  const back = witness(processOf('db/0', 3));
  back.comeBack();
  expect(back.isInside).toBe(true);
  back.enter();
  back.leave();
  expect(insideOf(folder)).toBeUndefined();
});

test('only what the own unit has left is come back to', () => {
  const nobody = witness(processOf('db/0', 3));
  nobody.comeBack();
  expect(nobody.isInside).toBe(false);
  witness(processOf('db/1', 2)).enter();
  nobody.comeBack();
  expect(insideOf(folder)).toEqual(processOf('db/1', 2));
});
