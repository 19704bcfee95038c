import fc from 'fast-check';
import { expect, test } from 'vitest';

import { LOCK, MixedRoll, OTHER_LOCK, type Kind } from './mixed-roll.ts';

/** Printed by fast-check with the failing path, so that a failure can be played again. */
const SEED = 20_261_122;
const RUNS = Number(process.env['BATON_PLAYS'] ?? 150);

interface Step {
  readonly what: 'hook' | 'failing-hook' | 'want' | 'want-other' | 'elect' | 'change';
  readonly unit: number;
}

const weighted = (what: Step['what'], weight: number) => ({ arbitrary: fc.constant(what), weight });

const step: fc.Arbitrary<Step> = fc.record({
  what: fc.oneof(
    weighted('hook', 12),
    weighted('failing-hook', 3),
    weighted('want', 5),
    weighted('want-other', 2),
    weighted('elect', 2),
    weighted('change', 2),
  ),
  unit: fc.nat(4),
});

const kind: fc.Arbitrary<Kind> = fc.constantFrom('charmhelpers', 'with-option');

/** Clocks an hour off, in microseconds. */
const skew = fc.constantFrom(0, 0, -3_600_000_000, 3_600_000_000);

async function play(roll: MixedRoll, { what, unit }: Step): Promise<void> {
  const name = roll.units[unit % roll.units.length];
  if (name === undefined) return;
  switch (what) {
    case 'hook':
      return roll.hook(name);
    case 'failing-hook':
      return roll.hook(name, { fails: true });
    case 'want':
      return roll.want(name, LOCK);
    case 'want-other':
      return roll.want(name, OTHER_LOCK);
    case 'elect':
      return roll.elect(name);
    case 'change':
      return roll.change(
        name,
        roll.kindOf(name) === 'charmhelpers' ? 'with-option' : 'charmhelpers',
      );
  }
}

test('whatever runs on which unit, in whatever order hooks come, one unit holds and everybody is served', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(kind, skew), { minLength: 2, maxLength: 5 }),
      fc.array(step, { minLength: 10, maxLength: 80, size: 'max' }),
      async (units, steps) => {
        const roll = new MixedRoll(
          units.map(([runs]) => runs),
          units.map(([, micros]) => micros),
        );
        const [first] = roll.units;
        if (first !== undefined) roll.elect(first);
        try {
          for (const each of steps) await play(roll, each);
          const unserved = await roll.settle();
          expect(roll.violations).toEqual([]);
          expect(unserved).toEqual([]);
        } finally {
          await roll.close();
        }
      },
    ),
    { seed: SEED, numRuns: RUNS },
  );
}, 300_000);
