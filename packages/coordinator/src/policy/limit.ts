import type { Contest, Policy, Verdict } from './policy.ts';

const PERCENT = /^([1-9][0-9]?|100)%$/;

/**
 * Makes a policy that lets at most `most` units hold the lock at once, in the order of their requests.
 *
 * @param most - a whole number from 1, or a share of the live units such as `'25%'` (1 to 100, without a sign
 * or fraction), rounded down and at least one; dying units do not count as live
 * @throws {RangeError} for anything else
 */
export function limit(most: number | `${number}%`): Policy {
  const limitFor = parseLimit(most);
  return (contest) => withinLimit(contest, limitFor(contest));
}

function withinLimit({ holders, queue, place }: Contest, most: number): Verdict {
  if (holders.size >= most) return { wait: { why: 'held', holders: holders.size, limit: most } };
  // A unit further back than there are free places waits, even where those before it were passed over.
  if (holders.size + place > most) return { wait: { why: 'behind', unit: queue.first } };
  return true;
}

function parseLimit(most: number | `${number}%`): (contest: Contest) => number {
  if (typeof most === 'number') {
    if (Number.isSafeInteger(most) && most >= 1) return () => most;
  } else {
    const share = PERCENT.exec(most)?.[1];
    if (share !== undefined) return (contest) => shareOfLiveUnits(contest, Number(share));
  }
  throw new RangeError(
    `${typeof most === 'string' ? JSON.stringify(most) : String(most)} is not a limit: expected a whole number from 1, or a share such as "25%"`,
  );
}

function shareOfLiveUnits({ aliveUnits }: Contest, percent: number): number {
  return Math.max(1, Math.floor((aliveUnits * percent) / 100));
}
