import { expect, test } from 'vitest';

import { newDirectory } from '../places.ts';
import { Roll } from './roll.ts';

/** Each case is three rolls of three units on the disk, which may be busy. */
const ROLLS_MS = 60_000;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const WHO: readonly (readonly [string, readonly number[]])[] = [
  ['the leader', [0]],
  ['the holder', [1]],
  ['a unit that waits', [2]],
  ['all units', [0, 1, 2]],
];

const WRONG: readonly (readonly [string, number])[] = [
  ['back an hour', -HOUR_MS],
  ['forward a day', DAY_MS],
];

const CASES = WHO.flatMap(([who, units]) =>
  WRONG.map(([how, wrongByMs]) => [who, how, { units, wrongByMs }] as const),
);

test.each(CASES)(
  'the clock of %s is set %s in the middle of a roll: it has no effect, nor has setting it right',
  { timeout: ROLLS_MS },
  async (_who, _how, { units, wrongByMs }) => {
    const roll = new Roll(newDirectory());
    await roll.toTheMiddle();

    for (const number of units) roll.unit(number).clock.wrongByMs = wrongByMs;
    await roll.finish();
    roll.wanted = 2;
    await roll.finish();
    for (const number of units) roll.unit(number).clock.wrongByMs = 0;
    roll.wanted = 3;
    await roll.finish();

    expect(roll.takeTroubles()).toEqual({ errors: [], warnings: [] });
    for (const { served } of roll.units) expect(served).toHaveLength(3);
  },
);
