import { expect, test } from 'vitest';

import { Leadership } from '../leadership.ts';

test('a unit that was deposed in the middle of its hook leads no more in that hook', () => {
  const leadership = new Leadership();
  leadership.depose('db/0');
  expect(leadership.mayElect('db/0')).toBe(false);
  expect(leadership.mayElect('db/1')).toBe(true);
  // Whoever leads now must not go, or chance might choose db/0.
  expect(leadership.mayEnd).toBe(false);
  leadership.hookEnded('db/1');
  expect(leadership.mayEnd).toBe(false);
  leadership.hookEnded('db/0');
  expect([leadership.mayElect('db/0'), leadership.mayEnd]).toEqual([true, true]);
});

test('a move is counted when somebody else leads, not while nobody does', () => {
  const leadership = new Leadership();
  for (const leader of ['db/0', 'db/0', 'db/1', undefined, 'db/1', 'db/0']) leadership.look(leader);
  expect(leadership.moves).toBe(2);
});
