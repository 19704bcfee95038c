import { describe, expect, test } from 'vitest';

import {
  GUARANTEE_MARGIN_MS,
  LeadershipChain,
  type Instant,
} from '../../src/shell/leadership-chain.ts';

const START_MS = 1_767_225_600_000;
const GUARANTEE_MS = 30_000;
/** How long a yes counts: the guarantee without the margin. */
const USABLE_MS = 25_000;

/** So many milliseconds after the beginning, on both clocks unless they are told apart. */
function after(wallMs: number, monotonicMs: number = wallMs): Instant {
  return { wallMs: START_MS + wallMs, monotonicMs: 100 + monotonicMs };
}

const chainFor = (guaranteedForMs: number): LeadershipChain =>
  new LeadershipChain(after(0), guaranteedForMs);

describe('a chain of yeses', () => {
  test('is unbroken until the margin before the guarantee ends, and broken after that', () => {
    expect(GUARANTEE_MARGIN_MS).toBe(5_000);
    expect(chainFor(GUARANTEE_MS).isUnbroken(after(0))).toBe(true);
    expect(chainFor(GUARANTEE_MS).isUnbroken(after(USABLE_MS))).toBe(true);
    expect(chainFor(GUARANTEE_MS).isUnbroken(after(USABLE_MS + 0.001))).toBe(false);
  });

  test('goes on as long as each yes was asked in time', () => {
    const chain = chainFor(GUARANTEE_MS);
    for (let at = USABLE_MS; at <= 10 * USABLE_MS; at += USABLE_MS) {
      chain.answer(true, after(at));
      expect(chain.isUnbroken(after(at + USABLE_MS))).toBe(true);
    }
    expect(chain.isUnbroken(after(11 * USABLE_MS + 1))).toBe(false);
  });

  test('counts from when the question was asked, not from when it was answered', () => {
    const chain = chainFor(GUARANTEE_MS);
    chain.answer(true, after(10_000));
    expect(chain.isUnbroken(after(10_000 + USABLE_MS))).toBe(true);
    expect(chain.isUnbroken(after(10_001 + USABLE_MS))).toBe(false);
  });

  test.each([
    ['the wall clock', after(USABLE_MS + 1, 10)],
    ['the monotonic clock', after(10, USABLE_MS + 1)],
  ])('is broken by a gap that only %s shows', (_which, late) => {
    expect(chainFor(GUARANTEE_MS).isUnbroken(late)).toBe(false);
    const chain = chainFor(GUARANTEE_MS);
    chain.answer(true, late);
    expect(chain.isUnbroken(late)).toBe(false);
  });

  test('is broken by a step back of the wall clock, even before the beginning was reached', () => {
    expect(chainFor(GUARANTEE_MS).isUnbroken(after(-1, 10))).toBe(false);
  });

  test('is broken by a step back from any moment it has seen', () => {
    const seen = chainFor(GUARANTEE_MS);
    expect(seen.isUnbroken(after(5_000))).toBe(true);
    expect(seen.isUnbroken(after(4_999, 5_001))).toBe(false);
    const answered = chainFor(GUARANTEE_MS);
    answered.answer(true, after(5_000));
    answered.answer(true, after(4_999, 5_001));
    expect(answered.isUnbroken(after(5_001))).toBe(false);
  });

  test('is not broken by a wall clock that stands still', () => {
    const chain = chainFor(GUARANTEE_MS);
    expect(chain.isUnbroken(after(5_000))).toBe(true);
    expect(chain.isUnbroken(after(5_000, 5_001))).toBe(true);
  });

  test('is broken by a no', () => {
    const chain = chainFor(GUARANTEE_MS);
    chain.answer(false, after(1));
    expect(chain.isUnbroken(after(2))).toBe(false);
  });

  test.each([
    ['a no', (chain: LeadershipChain) => chain.answer(false, after(1))],
    ['a gap', (chain: LeadershipChain) => void chain.isUnbroken(after(USABLE_MS + 1))],
    ['a gap before a yes', (chain: LeadershipChain) => chain.answer(true, after(USABLE_MS + 1))],
    ['a step back', (chain: LeadershipChain) => void chain.isUnbroken(after(-1, 1))],
  ])('is never mended after %s', (_what, breaks) => {
    const chain = chainFor(GUARANTEE_MS);
    breaks(chain);
    expect(chain.isUnbroken(after(2))).toBe(false);
    chain.answer(true, after(USABLE_MS + 2));
    expect(chain.isUnbroken(after(USABLE_MS + 2))).toBe(false);
  });

  test('is used up from the beginning where the guarantee is no longer than the margin', () => {
    expect(chainFor(0).isUnbroken(after(0))).toBe(false);
    expect(chainFor(GUARANTEE_MARGIN_MS - 1).isUnbroken(after(0))).toBe(false);
    expect(chainFor(GUARANTEE_MARGIN_MS).isUnbroken(after(0))).toBe(true);
    expect(chainFor(GUARANTEE_MARGIN_MS).isUnbroken(after(1))).toBe(false);
  });
});

describe('leadership that cannot pass while the process lives', () => {
  test('is not broken by time, nor by clocks that step', () => {
    const chain = chainFor(Infinity);
    expect(chain.isUnbroken(after(365 * 24 * 3_600_000))).toBe(true);
    expect(chain.isUnbroken(after(-5_000))).toBe(true);
  });

  test('is broken by a no', () => {
    const chain = chainFor(Infinity);
    chain.answer(true, after(1));
    expect(chain.isUnbroken(after(1))).toBe(true);
    chain.answer(false, after(2));
    expect(chain.isUnbroken(after(2))).toBe(false);
  });
});

describe('how often to ask again', () => {
  test.each([
    [30_000, 10_000],
    [60_000, 10_000],
    [25_000, 10_000],
    [15_000, 5_000],
    [10_000, 2_500],
    [7_000, 1_000],
    [5_000, 1_000],
    [0, 1_000],
  ])('with a guarantee of %i ms: every %i ms', (guaranteedForMs, expected) => {
    expect(chainFor(guaranteedForMs).renewEveryMs).toBe(expected);
  });

  test('never, where leadership cannot pass', () => {
    expect(chainFor(Infinity).renewEveryMs).toBeUndefined();
  });
});
