import fc from 'fast-check';
import { expect, test } from 'vitest';

import { LOCKS, Play, type Step } from './play.ts';

/** Printed by fast-check with the failing path, so that a failure can be played again. */
const SEED = 20_261_122;
const RUNS = Number(process.env['BATON_PLAYS'] ?? 400);

const often = (what: Step['what'], weight: number) => ({ arbitrary: fc.constant(what), weight });

const step: fc.Arbitrary<Step> = fc.record({
  what: fc.oneof(
    often('hook', 12),
    often('whole-hook', 12),
    often('want', 8),
    often('acquire', 12),
    often('finish', 8),
    often('fail', 5),
    often('granted', 4),
    often('deliver', 4),
    often('elect', 8),
    often('action', 2),
    often('update-status', 1),
    often('release', 1),
    often('cancel', 1),
    often('finish-without-code', 2),
    often('fail-commit', 1),
    often('depose', 1),
    often('pass', 1),
    often('stand-still', 1),
    often('set-clock', 1),
    often('dying', 1),
    often('remove', 1),
    often('add', 1),
    often('lose-sight', 1),
    often('die', 2),
  ),
  unit: fc.nat(6),
  other: fc.nat(6),
  lock: fc.oneof({ arbitrary: fc.constant(0), weight: 3 }, fc.nat(Object.keys(LOCKS).length - 1)),
  amount: fc.nat(60),
});

for (const grants of ['immediate', 'on-commit'] as const) {
  for (const peerReads of ['fresh', 'delivered'] as const) {
    const world = `grants ${grants}, peers read ${peerReads}`;
    test(`whatever happens, no lock is worked under by too many, and then everybody is served (${world})`, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(step, { minLength: 20, maxLength: 150, size: 'max' }),
          fc.integer({ min: 2, max: 4 }),
          async (steps, units) => {
            const play = new Play({ grants, peerReads, units });
            await play.play(steps);
            const unserved = await play.settle();
            expect(play.violations).toEqual([]);
            expect(unserved).toEqual([]);
          },
        ),
        { seed: SEED, numRuns: RUNS },
      );
    }, 300_000);
  }
}
