import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { unitNumber, type LockName, type UnitName } from '../../src/model/names.ts';
import { limit } from '../../src/policy/limit.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { serial } from '../../src/policy/serial.ts';
import type { Decision, LeaderView } from '../../src/protocol/decide.ts';
import { assertDecision } from '../../src/protocol/invariants.ts';
import { SEED } from '../wire/documents.ts';
import { leaderViews, viewsInTwoOrders } from './arbitrary-views.ts';
import { decideWith, plain, sheetIn } from './views.ts';

const RUNS = { seed: SEED, numRuns: 1_000 };

/** A policy, and how many units it lets hold a lock at the most. */
interface Limited {
  readonly policy: Policy;
  readonly most: (view: LeaderView) => number;
}

function aliveIn(view: LeaderView): number {
  return [...(view.liveUnits?.values() ?? [])].filter((state) => state === 'alive').length;
}

const limited: fc.Arbitrary<Limited> = fc.oneof(
  fc.constant({ policy: serial(), most: () => 1 }),
  fc.integer({ min: 1, max: 5 }).map((most) => ({ policy: limit(most), most: () => most })),
  fc.integer({ min: 1, max: 100 }).map((percent) => ({
    policy: limit(`${percent}%`),
    most: (view: LeaderView) => Math.max(1, Math.floor((aliveIn(view) * percent) / 100)),
  })),
);

/** Answers by name alone, in no sensible order, so that units pass each other. */
const fickle: fc.Arbitrary<Policy> = fc
  .integer({ min: 0, max: 0xffff })
  .map((bits) => ({ lock, unit }) => {
    const sum = lock.length + unit.length + unitNumber(unit) + bits;
    return sum % 2 === 0 ? true : { wait: { why: 'other', text: 'another time' } };
  });

const anyPolicy = fc.oneof(
  limited.map(({ policy }) => policy),
  fickle,
);

type Place = `${string} ${string} ${number}`;

function places(standings: readonly { lock: LockName; unit: UnitName; ticket: number }[]): Place[] {
  return standings.map(({ lock, unit, ticket }) => `${lock} ${unit} ${ticket}` as const);
}

function placesIn(grants: LeaderView['grants']): Place[] {
  return [...grants].flatMap(([lock, units]) =>
    [...units].map(([unit, ticket]) => `${lock} ${unit} ${ticket}` as const),
  );
}

function keptOf(decision: Decision, lock: LockName): number {
  return decision.kept.filter((standing) => standing.lock === lock).length;
}

describe('whatever the leader sees', () => {
  test('no more units are granted a lock than the limit allows beside those kept', () => {
    fc.assert(
      fc.property(leaderViews, limited, (view, { policy, most }) => {
        const decision = decideWith(view, policy);
        for (const [lock, units] of decision.grants) {
          expect(units.size).toBeLessThanOrEqual(Math.max(keptOf(decision, lock), most(view)));
        }
      }),
      RUNS,
    );
  });

  test('one at a time means that nobody is granted a lock that somebody keeps', () => {
    fc.assert(
      fc.property(leaderViews, (view) => {
        const decision = decideWith(view, serial());
        for (const { lock } of decision.granted) {
          expect([keptOf(decision, lock), decision.grants.get(lock)?.size]).toEqual([0, 1]);
        }
      }),
      RUNS,
    );
  });

  test('only units that are alive and ask are granted, with the ticket of their request', () => {
    fc.assert(
      fc.property(leaderViews, anyPolicy, (view, policy) => {
        for (const { lock, unit, ticket } of decideWith(view, policy).granted) {
          expect(view.liveUnits?.get(unit)).toBe('alive');
          expect(sheetIn(view.sheets.get(unit))?.requests.get(lock)).toBe(ticket);
          expect(unit === view.unit && !view.mayGrantSelf).toBe(false);
        }
      }),
      RUNS,
    );
  });

  test('nothing is dropped without proof, and what has been disproved is not kept', () => {
    fc.assert(
      fc.property(leaderViews, anyPolicy, (view, policy) => {
        const proven = placesIn(view.grants).filter((_, index) => {
          const [lock, unit, ticket] =
            [...view.grants].flatMap(([name, units]) =>
              [...units].map((entry) => [name, ...entry] as const),
            )[index] ?? [];
          if (lock === undefined || unit === undefined || ticket === undefined) return false;
          if (view.liveUnits?.has(unit) === false) return true;
          if (unit === view.unit && view.orphans.get(lock) === ticket) return false;
          const sheet = sheetIn(view.sheets.get(unit));
          if (sheet === undefined || sheet.requests.get(lock) === ticket) return false;
          return sheet.lastTicket >= ticket;
        });
        expect(places(decideWith(view, policy).dropped)).toEqual(proven);
      }),
      RUNS,
    );
  });

  test('every grant is kept or dropped, and the sheet is what was kept and granted', () => {
    fc.assert(
      fc.property(leaderViews, anyPolicy, (view, policy) => {
        const { grants, kept, dropped, granted } = decideWith(view, policy);
        expect(places([...kept, ...dropped]).toSorted()).toEqual(placesIn(view.grants).toSorted());
        expect(placesIn(grants).toSorted()).toEqual(places([...kept, ...granted]).toSorted());
      }),
      RUNS,
    );
  });

  test('every unit that may be asked about is granted or waits, in the order of the tickets', () => {
    fc.assert(
      fc.property(leaderViews, anyPolicy, (view, policy) => {
        const { kept, granted, waiting } = decideWith(view, policy);
        const holders = new Set(kept.map(({ lock, unit }) => `${lock} ${unit}`));
        const asking = [...view.sheets].flatMap(([unit, reading]) => {
          const there = view.liveUnits === undefined || view.liveUnits.get(unit) === 'alive';
          return [...(sheetIn(reading)?.requests ?? [])]
            .filter(([lock]) => there && !holders.has(`${lock} ${unit}`))
            .map(([lock, ticket]) => ({ lock, unit, ticket }));
        });
        expect(places([...granted, ...waiting]).toSorted()).toEqual(places(asking).toSorted());
        for (const part of [granted, waiting]) {
          const late = part.filter(({ lock, ticket }, index) => {
            const before = part[index - 1];
            return before?.lock === lock && before.ticket > ticket;
          });
          expect(late).toEqual([]);
        }
      }),
      RUNS,
    );
  });

  test('under a limit nobody is granted a lock before somebody who waits and may be granted it', () => {
    fc.assert(
      fc.property(leaderViews, limited, (view, { policy }) => {
        const { granted, waiting } = decideWith(view, policy);
        const free = waiting.filter(({ why }) => why.why !== 'in-action');
        for (const { lock, ticket } of granted) {
          const passed = free.filter((other) => other.lock === lock && other.ticket < ticket);
          expect(passed).toEqual([]);
        }
      }),
      RUNS,
    );
  });

  test('deciding on the outcome changes nothing', () => {
    fc.assert(
      fc.property(leaderViews, limited, (view, { policy }) => {
        const first = decideWith(view, policy);
        const again = decideWith({ ...view, grants: first.grants }, policy);
        expect(plain(again.grants)).toEqual(plain(first.grants));
        expect([again.dropped, again.granted]).toEqual([[], []]);
        expect(again.waiting).toEqual(first.waiting);
      }),
      RUNS,
    );
  });

  test('the order of the entries does not matter', () => {
    fc.assert(
      fc.property(viewsInTwoOrders, anyPolicy, ([view, other], policy) => {
        const one = decideWith(view, policy);
        const two = decideWith(other, policy);
        expect(plain(two.grants)).toEqual(plain(one.grants));
        expect([two.granted, two.waiting]).toEqual([one.granted, one.waiting]);
        expect(places(two.kept).toSorted()).toEqual(places(one.kept).toSorted());
        expect(places(two.dropped).toSorted()).toEqual(places(one.dropped).toSorted());
      }),
      RUNS,
    );
  });

  test('no invariant is broken', () => {
    fc.assert(
      fc.property(leaderViews, anyPolicy, (view, policy) => {
        expect(() => assertDecision(view, decideWith(view, policy))).not.toThrow();
      }),
      RUNS,
    );
  });
});
