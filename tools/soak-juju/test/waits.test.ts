import { expect, test } from 'vitest';

import { Waits } from '../waits.ts';

/** Looks at units as they are at a time: the ticket of each that waits, undefined for one that does not. */
function look(
  waits: Waits,
  now: number,
  units: Readonly<Record<string, number | undefined>>,
): void {
  const open = Object.entries(units).flatMap(([unit, ticket]) =>
    ticket === undefined ? [] : [[unit, ticket] as const],
  );
  waits.look(new Map(open), new Set(Object.keys(units)), now);
}

test('a wait lasts from when the request is first seen until it is gone', () => {
  const waits = new Waits();
  look(waits, 100, { 'db/0': 7, 'db/1': undefined });
  look(waits, 150, { 'db/0': 7, 'db/1': 8 });
  look(waits, 180, { 'db/0': undefined, 'db/1': 8 });
  look(waits, 190, { 'db/0': undefined, 'db/1': undefined });
  expect(waits.longestMs).toBe(80);
});

test('another request is another wait', () => {
  const waits = new Waits();
  look(waits, 100, { 'db/0': 7 });
  look(waits, 140, { 'db/0': 8 });
  look(waits, 170, { 'db/0': undefined });
  expect(waits.longestMs).toBe(40);
});

test('one who still waits counts, one who is gone does not', () => {
  const waits = new Waits();
  look(waits, 100, { 'db/0': 7, 'db/1': 8 });
  look(waits, 130, { 'db/0': 7, 'db/1': 8 });
  look(waits, 160, { 'db/0': 7 });
  look(waits, 170, {});
  expect(waits.longestMs).toBe(60);
});
