import { expect, test } from 'vitest';

import { LeadershipChain, type Instant } from '../../src/shell/leadership-chain.ts';

const at = (ms: number): Instant => ({ wallMs: 1_767_225_600_000 + ms, monotonicMs: 100 + ms });

test('a yes that was asked for before the last look at the clock breaks nothing: no clock went back', () => {
  const chain = new LeadershipChain(at(0), 30_000);
  const askedAt = at(10_000);
  // While that question is under way the charm's code acquires a lock, and the leader looks at the clock.
  expect(chain.isUnbroken(at(10_020))).toBe(true);
  chain.answer(true, askedAt);
  expect(chain.isUnbroken(at(10_040))).toBe(true);
});
