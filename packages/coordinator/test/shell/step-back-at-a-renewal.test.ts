import { expect, test } from 'vitest';

import { LeadershipChain, type Instant } from '../../src/shell/leadership-chain.ts';

const at = (wallMs: number, monotonicMs: number = wallMs): Instant => ({
  wallMs: 1_767_225_600_000 + wallMs,
  monotonicMs: 100 + monotonicMs,
});

test('a chain is broken by a step back that a renewal shows, also where the clock has caught up since', () => {
  const chain = new LeadershipChain(at(0), 30_000);
  expect(chain.isUnbroken(at(9_000))).toBe(true);
  chain.answer(true, at(8_000, 10_000));
  expect(chain.isUnbroken(at(9_500, 11_500))).toBe(false);
});

test('a yes to a question from before the chain began changes nothing: no clock went back', () => {
  const chain = new LeadershipChain(at(30_000), 30_000);
  chain.answer(true, at(10_000));
  expect(chain.isUnbroken(at(30_100))).toBe(true);
  expect(chain.isUnbroken(at(55_001))).toBe(false);
});
