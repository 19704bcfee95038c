import { describe, expect, test } from 'vitest';

import { CoordinatorError } from '../../src/errors.ts';
import { parseUnitName } from '../../src/model/names.ts';
import type { Contest, Policy, Verdict } from '../../src/policy/policy.ts';
import { grantSheet } from '../wire/documents.ts';
import { asking, decideWith, idle, NOW, saying, viewOf } from './views.ts';

const LATER: Verdict = { wait: { why: 'other', text: 'it is not yet time' } };

/** Notes what a policy sees when it is asked, since the contest changes afterwards. */
function seenBy(contest: Contest): Record<string, unknown> {
  const { unit, place, holders, queue } = contest;
  return { unit, place, holders: [...holders], queue: [...queue], first: queue.first };
}

function failure(policy: Policy): CoordinatorError {
  const view = viewOf({ sheets: { 'db/3': asking({ 'roll "it"': 4 }) } });
  try {
    decideWith(view, policy);
  } catch (error) {
    if (CoordinatorError.is(error)) return error;
    throw error;
  }
  throw new Error('expected the policy to fail');
}

describe('what the policy sees', () => {
  const view = viewOf({
    grants: grantSheet(['restart', { 'db/9': 3, 'db/3': 20, 'db/8': 2 }]),
    sheets: {
      'db/0': asking({ restart: 10 }, 10, { zone: 'a' }),
      'db/1': asking({ restart: 11, other: 1 }),
      'db/2': asking({ restart: 12 }),
      'db/3': idle(19),
      'db/8': idle(2),
    },
    live: {
      'db/0': 'alive',
      'db/1': 'alive',
      'db/2': 'alive',
      'db/3': 'dying',
      'db/8': 'alive',
      'db/9': 'alive',
      'db/11': 'dying',
    },
  });

  test('holders without a sheet and those granted earlier in the walk; a queue without holders', () => {
    const seen: unknown[] = [];
    const decision = decideWith(view, (contest) => {
      if (contest.lock !== 'restart') return LATER;
      seen.push(seenBy(contest));
      return contest.unit === parseUnitName('db/1') ? LATER : true;
    });
    const kept = [
      ['db/9', 3],
      ['db/3', 20],
    ];
    expect(seen).toEqual([
      { unit: 'db/0', place: 1, holders: kept, queue: ['db/0', 'db/1', 'db/2'], first: 'db/0' },
      {
        unit: 'db/1',
        place: 1,
        holders: [...kept, ['db/0', 10]],
        queue: ['db/1', 'db/2'],
        first: 'db/1',
      },
      {
        unit: 'db/2',
        place: 2,
        holders: [...kept, ['db/0', 10]],
        queue: ['db/1', 'db/2'],
        first: 'db/1',
      },
    ]);
    expect(saying(decision)).toContain('waiting restart db/1: other');
  });

  test('the units that are not gone, with state and labels, how many are alive, and what time it is', () => {
    const contests: Contest[] = [];
    decideWith(view, (contest) => {
      contests.push(contest);
      return LATER;
    });
    const [first] = contests;
    expect([...(first?.units ?? [])].map(([unit, { state }]) => `${unit} ${state}`)).toEqual([
      'db/0 alive',
      'db/1 alive',
      'db/2 alive',
      'db/3 dying',
      'db/8 alive',
      'db/9 alive',
      'db/11 dying',
    ]);
    expect(first?.units.get(parseUnitName('db/0'))?.labels).toEqual(new Map([['zone', 'a']]));
    expect(first?.units.get(parseUnitName('db/9'))?.labels).toEqual(new Map());
    expect(contests.map(({ aliveUnits, now }) => [aliveUnits, now])).toEqual(
      Array.from({ length: 4 }, () => [5, NOW]),
    );
  });

  test('the queue of the lock in question alone', () => {
    const queues: string[][] = [];
    decideWith(view, ({ lock, queue }) => {
      queues.push([lock, ...queue]);
      return LATER;
    });
    expect(queues[0]).toEqual(['other', 'db/1']);
  });
});

describe('what the policy answers', () => {
  test('its reason is passed on', () => {
    const view = viewOf({ sheets: { 'db/0': asking({ restart: 4 }) } });
    expect(decideWith(view, () => LATER).waiting).toEqual([
      {
        lock: 'restart',
        unit: 'db/0',
        ticket: 4,
        why: { why: 'other', text: 'it is not yet time' },
      },
    ]);
  });

  test('a policy that throws fails the decision, naming lock and unit, with what it threw', () => {
    const cause = new Error('no window');
    const error = failure(() => {
      throw cause;
    });
    expect(error.code).toBe('POLICY_FAILED');
    expect(error.message).toContain(String.raw`whether db/3 may have "roll \"it\""`);
    expect(error.cause).toBe(cause);
  });

  test.each([
    ['undefined', undefined, 'undefined'],
    ['false', false, 'false'],
    ['a word', 'yes', 'yes'],
    ['null', null, 'null'],
    ['a number', 1, '1'],
    ['a promise', Promise.resolve(true), '[object Promise]'],
    ['an object without a reason', {}, '[object Object]'],
    ['a reason that is no object', { wait: 'later' }, '[object Object]'],
    ['a reason that is null', { wait: null }, '[object Object]'],
    ['a reason without a why', { wait: {} }, '[object Object]'],
  ])('%s is no answer: it fails the decision, naming lock and unit', (_what, answer, shown) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- programs that nobody type-checks can
    const error = failure((() => answer) as unknown as Policy);
    expect(error.code).toBe('POLICY_FAILED');
    expect(error.message).toContain(`the policy answered ${shown}`);
    expect(error.message).toContain(String.raw`whether db/3 may have "roll \"it\""`);
    expect(error.message).toContain('expected true or { wait: reason }');
  });
});
