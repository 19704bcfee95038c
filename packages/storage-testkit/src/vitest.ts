/* oxlint-disable vitest/valid-title, vitest/expect-expect -- titles and assertions are those of the cases */
import type { Codec } from '@baton/coordinator';
import { describe, test } from 'vitest';

import { codecCases } from './codec-cases.ts';
import { whatIsOffered, type LockStoreHarness, type Need } from './harness.ts';
import { lockStoreCases } from './lock-store-cases.ts';

/** Long enough for a hundred units on a slow disk; a callback that never comes ends here too. */
const CASE_TIMEOUT_MS = 30_000;

/**
 * Registers every case of {@link lockStoreCases} with vitest. `setup` makes a fresh harness for each case, and
 * one more to look what the backend offers; a case that needs what it does not is skipped, and says so.
 */
export function runLockStoreTests(name: string, setup: () => Promise<LockStoreHarness>): void {
  let offered: Promise<ReadonlySet<Need>> | undefined;
  describe(name, () => {
    for (const topic of new Set(lockStoreCases.map((each) => each.topic))) {
      describe(topic, () => {
        for (const each of lockStoreCases.filter((any) => any.topic === topic)) {
          test(each.name, { timeout: CASE_TIMEOUT_MS }, async (context) => {
            offered ??= whatIsOffered(setup);
            const present = await offered;
            const missing = each.needs.filter((need) => !present.has(need));
            if (missing.length > 0) context.skip(`needs ${missing.join(', ')}`);
            const harness = await setup();
            try {
              await each.run(harness);
            } finally {
              await harness.teardown?.();
            }
          });
        }
      });
    }
  });
}

/** Registers every case of {@link codecCases} with vitest. */
export function runCodecTests(name: string, codec: Codec): void {
  describe(name, () => {
    for (const each of codecCases) {
      test(each.name, () => {
        each.run(codec);
      });
    }
  });
}
