import { describe, expect, test } from 'vitest';

import { CoordinatorError } from '../../src/errors.ts';
import { parseUnitName } from '../../src/model/names.ts';
import { parseTicket, ticketDate } from '../../src/model/ticket.ts';
import { limit } from '../../src/policy/limit.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { serial } from '../../src/policy/serial.ts';
import {
  describeReason,
  explainLock,
  type ExplainedWaiter,
  type ExplainInput,
  type Explanation,
} from '../../src/protocol/explain.ts';
import { grantSheet, requestSheet } from '../wire/documents.ts';
import {
  ABSENT,
  asking,
  idle,
  NOW,
  RESTART,
  sheetIn,
  UNREADABLE,
  viewOf,
  type ViewParts,
} from './views.ts';

/** Explains what a leader, or an onlooker without a name, sees. */
function explained(parts: ViewParts, rest: Partial<ExplainInput> = {}): Explanation {
  const view = viewOf(parts);
  const sheet = view.unit === undefined ? undefined : sheetIn(view.sheets.get(view.unit));
  return explainLock({
    lock: RESTART,
    grants: view.grants,
    sheets: view.sheets,
    liveUnits: view.liveUnits,
    policy: serial(),
    now: NOW,
    own: view.unit === undefined || sheet === undefined ? undefined : { unit: view.unit, sheet },
    ...rest,
  });
}

const failing: Policy = () => {
  throw new Error('no window');
};

/** The ticket of a request made so many minutes into the year. */
const at = (minutes: number): number => NOW + minutes * 60_000_000;

/** A queue, a word for each unit. */
function queueIn({ queue }: Explanation): string[] {
  return queue.map(({ place, unit, reason }) => `${place} ${unit} ${reason.why}`);
}

describe('who holds the lock', () => {
  test('a leader says who holds it, who has not confirmed it yet, and of whom it does not know', () => {
    const { holders, complete } = explained({
      grants: grantSheet(
        ['restart', { 'db/0': 10, 'db/1': 20, 'db/2': 30, 'db/3': 40, 'db/4': 50, 'db/5': 60 }],
        ['other', { 'db/0': 1, 'db/2': 2 }],
      ),
      sheets: {
        'db/0': asking({ restart: 10 }),
        'db/1': idle(19),
        'db/2': ABSENT,
        'db/3': UNREADABLE,
        'db/4': idle(50),
      },
      live: { 'db/0': 'alive', 'db/1': 'alive', 'db/2': 'alive', 'db/3': 'dying', 'db/4': 'alive' },
    });
    expect(holders.map(({ unit, state }) => `${unit} ${state}`)).toEqual([
      'db/0 held',
      'db/1 in-flight',
      'db/2 unknown',
      'db/3 unknown',
    ]);
    expect(complete).toBe(true);
  });

  test('a holder asked when its ticket says', () => {
    const { holders } = explained({ grants: grantSheet(['restart', { 'db/0': NOW + 1_999 }]) });
    expect(holders.map(({ requestedAt }) => requestedAt.toISOString())).toEqual([
      '2026-01-01T00:00:00.001Z',
    ]);
  });

  test('a follower names the holders of that lock, and knows no more of them', () => {
    const own = { unit: parseUnitName('db/0'), sheet: requestSheet(10, { restart: 10 }) };
    const explanation = explainLock({
      lock: RESTART,
      grants: grantSheet(['restart', { 'db/1': 4, 'db/0': 10 }], ['other', { 'db/2': 3 }]),
      policy: serial(),
      now: NOW,
      own,
    });
    expect(explanation).toMatchObject({
      lock: 'restart',
      holders: [
        { unit: 'db/1', requestedAt: new Date(0), state: 'unknown' },
        { unit: 'db/0', requestedAt: new Date(0), state: 'unknown' },
      ],
      queue: [],
      own: { unit: 'db/0', state: 'holding', requestedAt: new Date(0) },
      complete: false,
      problems: [],
    });
  });
});

describe('who waits', () => {
  const sheets = {
    'db/10': asking({ restart: 20 }),
    'db/2': asking({ restart: 20 }),
    'db/3': asking({ restart: 10 }),
    'db/4': asking({ other: 1 }),
  };

  test('everybody in the order of the tickets, with places and reasons', () => {
    const parts = { grants: grantSheet(['restart', { 'db/9': 5 }]), sheets };
    const explanation = explained(parts, { policy: limit(2) });
    expect(queueIn(explanation)).toEqual(['1 db/3 undecided', '2 db/2 held', '3 db/10 held']);
    expect(explanation.queue.map(({ requestedAt }) => requestedAt)).toEqual(
      [10, 20, 20].map((ticket) => ticketDate(parseTicket(ticket))),
    );
    expect(explanation.queue[1]?.reason).toEqual({ why: 'held', holders: 2, limit: 2 });
  });

  test('nobody but the holder where that one alone asked', () => {
    const { queue } = explained({
      grants: grantSheet(['restart', { 'db/0': 5 }]),
      sheets: { 'db/0': asking({ restart: 5 }) },
    });
    expect(queue).toEqual([]);
  });

  test('behind a leader that grants itself nothing in an action', () => {
    const explanation = explained({ unit: 'db/3', sheets }, { mayGrantSelf: false });
    expect(queueIn(explanation)).toEqual(['1 db/3 in-action', '2 db/2 behind', '3 db/10 behind']);
  });

  test('for the leader to learn which units there are', () => {
    const explanation = explained({ sheets, live: 'unknown' });
    expect(queueIn(explanation)).toEqual([
      '1 db/3 units-unknown',
      '2 db/2 units-unknown',
      '3 db/10 units-unknown',
    ]);
  });

  test('no unit that is being removed, and none that is gone', () => {
    const live = { 'db/2': 'alive', 'db/3': 'dying', 'db/4': 'alive' } as const;
    expect(queueIn(explained({ sheets, live }))).toEqual(['1 db/2 undecided']);
  });

  test('by a policy that is asked about no other lock', () => {
    const asked: string[] = [];
    explained(
      { sheets, grants: grantSheet(['other', { 'db/9': 1 }]) },
      {
        policy: ({ lock, unit }) => {
          asked.push(`${lock} ${unit}`);
          return { wait: { why: 'other', text: 'it is Sunday' } };
        },
      },
    );
    expect(asked).toEqual(['restart db/3', 'restart db/2', 'restart db/10']);
  });

  test('by a policy whose failure is not hidden', () => {
    expect(() => explained({ sheets }, { policy: failing })).toThrow(CoordinatorError);
  });
});

describe("the unit's own part", () => {
  const sheets = { 'db/0': asking({ restart: 20 }), 'db/1': asking({ restart: 10 }) };

  test('is absent where nobody in particular asked', () => {
    expect(explained({ sheets })).not.toHaveProperty('own');
  });

  test('is its place in the queue where it waits', () => {
    expect(explained({ unit: 'db/0', sheets }).own).toEqual({
      unit: 'db/0',
      state: 'waiting',
      requestedAt: new Date(0),
      place: 2,
    });
  });

  test('is without a place where a follower waits', () => {
    const own = { unit: parseUnitName('db/0'), sheet: requestSheet(20, { restart: 20 }) };
    const explanation = explained({}, { sheets: undefined, own });
    expect(explanation.own).toEqual({
      unit: 'db/0',
      state: 'waiting',
      requestedAt: new Date(0),
    });
  });

  test('is holding where its own grant has the same ticket, and waiting where it has another', () => {
    const held = explained({
      unit: 'db/0',
      sheets,
      grants: grantSheet(['restart', { 'db/0': 20 }]),
    });
    expect(held.own).toEqual({ unit: 'db/0', state: 'holding', requestedAt: new Date(0) });
    const older = explained({
      unit: 'db/0',
      sheets,
      grants: grantSheet(['restart', { 'db/0': 21 }]),
    });
    expect(older.own).toEqual({ unit: 'db/0', state: 'waiting', requestedAt: new Date(0) });
  });

  test('is not to ask where it asks for another lock', () => {
    const own = explained({ unit: 'db/0', sheets: { 'db/0': asking({ other: 1 }) } }).own;
    expect(own).toEqual({ unit: 'db/0', state: 'not-asking' });
  });
});

describe('what is wrong', () => {
  test('nothing, where everything could be read and nobody is being removed', () => {
    expect(explained({ sheets: { 'db/0': idle(1), 'db/1': ABSENT } }).problems).toEqual([]);
  });

  test('is said in a sentence each', () => {
    const unreadable = explained({
      sheets: { 'db/0': idle(1), 'db/1': UNREADABLE },
      live: { 'db/0': 'alive', 'db/1': 'alive', 'db/2': 'dying' },
    });
    expect(unreadable.problems).toEqual([
      'the sheet of db/1 cannot be read: the sheet ends in the middle of a number',
      'db/2 is being removed and is granted nothing new',
    ]);
    expect(
      explained({ sheets: { 'db/0': asking({ restart: 1 }) }, live: 'unknown' }).problems,
    ).toEqual(['which units there are could not be learnt, so nothing new is granted']);
  });

  test('is not that nobody asked which units there are, where nobody holds the lock or waits', () => {
    expect(explained({ sheets: { 'db/0': idle(1) }, live: 'unknown' }).problems).toEqual([]);
  });
});

describe('the text', () => {
  test('of a leader that waits behind a holder, with one sheet unreadable and one unit dying', () => {
    const explanation = explained(
      {
        unit: 'db/0',
        grants: grantSheet(['restart', { 'db/1': at(1), 'db/2': at(2), 'db/3': at(3) }]),
        sheets: {
          'db/0': asking({ restart: at(5) }),
          'db/1': asking({ restart: at(1) }),
          'db/2': idle(at(1)),
          'db/3': UNREADABLE,
          'db/10': asking({ restart: at(4) }),
          'db/11': asking({ restart: at(6) }),
        },
        live: {
          'db/0': 'alive',
          'db/1': 'alive',
          'db/2': 'dying',
          'db/3': 'alive',
          'db/10': 'alive',
          'db/11': 'alive',
        },
      },
      { policy: limit(4) },
    );
    expect(explanation.toString().split('\n')).toEqual([
      'lock "restart"',
      '  db/1 holds it (asked 2026-01-01T00:01:00.000Z)',
      '  db/2 was granted it and has not confirmed that yet (asked 2026-01-01T00:02:00.000Z)',
      '  db/3 was granted it; whether it works under it is not known here (asked 2026-01-01T00:03:00.000Z)',
      '  1. db/10 waits (asked 2026-01-01T00:04:00.000Z): the leader grants it in its next hook',
      '  2. db/0 waits (asked 2026-01-01T00:05:00.000Z): the lock is held by 4 of 4 allowed',
      '  3. db/11 waits (asked 2026-01-01T00:06:00.000Z): the lock is held by 4 of 4 allowed',
      '  this unit, db/0, waits in place 2 (asked 2026-01-01T00:05:00.000Z)',
      '  problem: the sheet of db/3 cannot be read: the sheet ends in the middle of a number',
      '  problem: db/2 is being removed and is granted nothing new',
    ]);
  });

  test('of a follower says that it is not all', () => {
    const own = { unit: parseUnitName('db/0'), sheet: requestSheet(at(5), { restart: at(5) }) };
    const grants = grantSheet(['restart', { 'db/1': at(1) }]);
    expect(String(explained({ grants }, { sheets: undefined, own })).split('\n')).toEqual([
      'lock "restart"',
      '  db/1 was granted it; whether it works under it is not known here (asked 2026-01-01T00:01:00.000Z)',
      '  this unit, db/0, waits (asked 2026-01-01T00:05:00.000Z)',
      '  this unit is not the leader: who else waits is not known here',
    ]);
  });

  test('of a lock that nobody wants', () => {
    const parts = { unit: 'db/0', sheets: { 'db/0': idle(3) } };
    expect(explained(parts).toString().split('\n')).toEqual([
      'lock "restart"',
      '  nobody holds it',
      '  nobody waits',
      '  this unit, db/0, does not ask for it',
    ]);
  });

  test('of a unit that is gone, for an onlooker', () => {
    const parts = { sheets: { 'db/0': asking({ restart: at(5) }) }, live: {} };
    expect(explained(parts).toString().split('\n')).toEqual([
      'lock "restart"',
      '  nobody holds it',
      '  nobody waits',
    ]);
  });

  test('of a unit that holds it', () => {
    const parts = {
      unit: 'db/0',
      grants: grantSheet(['restart', { 'db/0': at(5) }]),
      sheets: { 'db/0': asking({ restart: at(5) }) },
    };
    expect(explained(parts).toString().split('\n')).toEqual([
      'lock "restart"',
      '  db/0 holds it (asked 2026-01-01T00:05:00.000Z)',
      '  nobody waits',
      '  this unit, db/0, holds it (asked 2026-01-01T00:05:00.000Z)',
    ]);
  });
});

const REASONS: readonly (readonly [ExplainedWaiter['reason'], string])[] = [
  [{ why: 'held', holders: 1, limit: 2 }, 'the lock is held by 1 of 2 allowed'],
  [{ why: 'behind', unit: parseUnitName('db/7') }, 'db/7 asked earlier'],
  [{ why: 'other', text: 'the window opens at 22:00' }, 'the window opens at 22:00'],
  [{ why: 'units-unknown' }, 'the leader could not learn which units there are'],
  [{ why: 'in-action' }, 'the leader grants itself nothing in an action'],
  [{ why: 'undecided' }, 'the leader grants it in its next hook'],
];

test.each(REASONS)('the reason %j reads "%s"', (reason, words) => {
  expect(describeReason(reason)).toBe(words);
});
