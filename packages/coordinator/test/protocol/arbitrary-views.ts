import fc from 'fast-check';

import type { GrantSheet } from '../../src/model/documents.ts';
import {
  parseLockName,
  parseUnitName,
  type LockName,
  type UnitName,
} from '../../src/model/names.ts';
import { parseTicket, type Ticket } from '../../src/model/ticket.ts';
import type { LeaderView } from '../../src/protocol/decide.ts';
import type { SheetReading, UnitState } from '../../src/store/lock-store.ts';
import { ABSENT, asking, NOW, UNREADABLE } from './views.ts';

const LOCKS = ['restart', '__proto__', 'a'].map((lock) => parseLockName(lock));
const UNITS = [0, 1, 2, 3, 9, 10, 11].map((number) => parseUnitName(`db/${number}`));

/** Few enough that tickets of different units are often equal, and that sheets and grants meet. */
const ticket = fc.integer({ min: 1, max: 12 });

/** What the leader sees of one unit: whether it is there, its sheet, and what it was granted. */
interface Seen {
  readonly unit: UnitName;
  readonly live: UnitState | 'gone';
  readonly reading: SheetReading | undefined;
  readonly grants: ReadonlyMap<LockName, Ticket>;
}

/** Different tickets for some of the locks. */
const ticketsByLock: fc.Arbitrary<ReadonlyMap<LockName, Ticket>> = fc
  .tuple(
    fc.subarray(LOCKS),
    fc.uniqueArray(ticket, { minLength: LOCKS.length, maxLength: LOCKS.length }),
  )
  .map(([locks, tickets]) => {
    const chosen = locks.map((lock, index) => [lock, parseTicket(tickets[index] ?? 1)] as const);
    return new Map(chosen);
  });

const presentReading: fc.Arbitrary<SheetReading> = fc
  .tuple(ticketsByLock, fc.nat({ max: 6 }))
  .map(([requests, above]) =>
    asking(Object.fromEntries(requests), Math.max(0, ...requests.values()) + above),
  );

const reading = fc.oneof(
  { weight: 5, arbitrary: presentReading },
  { weight: 1, arbitrary: fc.constantFrom(undefined, ABSENT, UNREADABLE) },
);

/** The grants of a unit: often those that it asked for. */
function grantsTo(seen: SheetReading | undefined): fc.Arbitrary<ReadonlyMap<LockName, Ticket>> {
  if (seen?.state !== 'present') return ticketsByLock;
  const asked = [...seen.sheet.requests];
  return fc.oneof(
    ticketsByLock,
    fc.subarray(asked).map((entries) => new Map(entries)),
  );
}

function seenOf(unit: UnitName): fc.Arbitrary<Seen> {
  return fc
    .tuple(fc.constantFrom('alive', 'alive', 'alive', 'dying', 'gone'), reading)
    .chain(([live, sheet]) =>
      fc
        .oneof(fc.constant(new Map<LockName, Ticket>()), grantsTo(sheet))
        .map((grants) => ({ unit, live, reading: sheet, grants })),
    );
}

/** Any view that a leader can have, over a few units and locks. */
export const leaderViews: fc.Arbitrary<LeaderView> = fc
  .subarray(UNITS, { minLength: 1 })
  .chain((units) =>
    fc.record({
      seen: fc.tuple(...units.map((unit) => seenOf(unit))),
      unit: fc.constantFrom(undefined, ...units),
      charmRuns: fc.boolean(),
      mayGrantSelf: fc.boolean(),
      unitsKnown: fc.oneof(fc.constant(true), fc.boolean()),
    }),
  )
  .map(({ seen, unit, charmRuns, mayGrantSelf, unitsKnown }) => {
    const leader = seen.find((one) => one.unit === unit);
    return {
      unit,
      grants: grantsOf(seen),
      sheets: sheetsOf(seen),
      liveUnits: unitsKnown ? liveUnitsOf(seen) : undefined,
      orphans: charmRuns && leader !== undefined ? leader.grants : new Map<LockName, Ticket>(),
      mayGrantSelf,
      now: NOW,
    };
  });

function grantsOf(seen: readonly Seen[]): GrantSheet {
  const grants = new Map<LockName, Map<UnitName, Ticket>>();
  for (const { unit, grants: granted } of seen) {
    for (const [lock, number] of granted) {
      grants.set(lock, new Map([...(grants.get(lock) ?? []), [unit, number]]));
    }
  }
  return grants;
}

function sheetsOf(seen: readonly Seen[]): ReadonlyMap<UnitName, SheetReading> {
  const sheets = new Map<UnitName, SheetReading>();
  for (const one of seen) if (one.reading !== undefined) sheets.set(one.unit, one.reading);
  return sheets;
}

function liveUnitsOf(seen: readonly Seen[]): ReadonlyMap<UnitName, UnitState> {
  const live = new Map<UnitName, UnitState>();
  for (const one of seen) if (one.live !== 'gone') live.set(one.unit, one.live);
  return live;
}

function shuffled<K, V>(map: ReadonlyMap<K, V>): fc.Arbitrary<ReadonlyMap<K, V>> {
  const { size } = map;
  return fc
    .shuffledSubarray([...map], { minLength: size, maxLength: size })
    .map((entries) => new Map(entries));
}

function shuffledGrants(grants: GrantSheet): fc.Arbitrary<GrantSheet> {
  return shuffled(grants).chain((locks) =>
    fc
      .tuple(...[...locks].map(([lock, units]) => fc.tuple(fc.constant(lock), shuffled(units))))
      .map((entries) => new Map(entries)),
  );
}

function shuffledReading(given: SheetReading): fc.Arbitrary<SheetReading> {
  if (given.state !== 'present') return fc.constant(given);
  return shuffled(given.sheet.requests).map((requests) => ({
    state: 'present',
    sheet: { ...given.sheet, requests },
  }));
}

function shuffledSheets(sheets: LeaderView['sheets']): fc.Arbitrary<LeaderView['sheets']> {
  return shuffled(sheets).chain((readings) =>
    fc
      .tuple(
        ...[...readings].map(([unit, one]) => fc.tuple(fc.constant(unit), shuffledReading(one))),
      )
      .map((entries) => new Map(entries)),
  );
}

/** A view, and the same view with the entries of every map in another order. */
export const viewsInTwoOrders: fc.Arbitrary<readonly [LeaderView, LeaderView]> = leaderViews.chain(
  (view) =>
    fc
      .record({
        grants: shuffledGrants(view.grants),
        sheets: shuffledSheets(view.sheets),
        liveUnits: view.liveUnits === undefined ? fc.constant(undefined) : shuffled(view.liveUnits),
        orphans: shuffled(view.orphans),
      })
      .map((maps) => [view, { ...view, ...maps }] as const),
);
