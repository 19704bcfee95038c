import { CodecError } from '../../src/errors.ts';
import type { GrantSheet, RequestSheet } from '../../src/model/documents.ts';
import {
  parseLockName,
  parseUnitName,
  type LockName,
  type UnitName,
} from '../../src/model/names.ts';
import { parseTicket, type Ticket } from '../../src/model/ticket.ts';
import { decide, type Decision, type LeaderView } from '../../src/protocol/decide.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { serial } from '../../src/policy/serial.ts';
import type { SheetReading, UnitState } from '../../src/store/lock-store.ts';
import { requestSheet } from '../wire/documents.ts';

export const RESTART: LockName = parseLockName('restart');

export const NOW = 1_767_225_600_000_000;

/** Tickets by lock, as orphans are. */
export function ticketsOf(tickets: Readonly<Record<string, number>>): Map<LockName, Ticket> {
  return new Map(
    Object.entries(tickets).map(([lock, ticket]) => [parseLockName(lock), parseTicket(ticket)]),
  );
}

/** The reading of a sheet with these open requests; `lastTicket` is the largest of them where it is not given. */
export function asking(
  requests: Readonly<Record<string, number>>,
  lastTicket: number = Math.max(0, ...Object.values(requests)),
  labels: Readonly<Record<string, string>> = {},
): SheetReading {
  const sheet = requestSheet(lastTicket, requests, { labels: new Map(Object.entries(labels)) });
  return { state: 'present', sheet };
}

/** The sheet of a unit that asks for nothing any more. */
export function idle(lastTicket: number): SheetReading {
  return asking({}, lastTicket);
}

export const ABSENT: SheetReading = { state: 'absent' };

export const UNREADABLE: SheetReading = {
  state: 'unreadable',
  error: new CodecError('MALFORMED', 'the sheet ends in the middle of a number'),
};

export interface ViewParts {
  readonly unit?: string;
  readonly grants?: GrantSheet;
  readonly sheets?: Readonly<Record<string, SheetReading>>;
  /** Where absent, every unit that has a sheet or a grant is alive. */
  readonly live?: Readonly<Record<string, UnitState>> | 'unknown';
  readonly orphans?: Readonly<Record<string, number>>;
  readonly mayGrantSelf?: boolean;
}

/** What a leader sees, as far as a test cares about it. */
export function viewOf({
  unit,
  grants = new Map(),
  sheets = {},
  live,
  orphans = {},
  mayGrantSelf = true,
}: ViewParts): LeaderView {
  const readings = new Map(
    Object.entries(sheets).map(([name, reading]) => [parseUnitName(name), reading]),
  );
  return {
    unit: unit === undefined ? undefined : parseUnitName(unit),
    grants,
    sheets: readings,
    liveUnits: liveUnitsOf(live, [
      ...readings.keys(),
      ...[...grants.values()].flatMap((units) => [...units.keys()]),
    ]),
    orphans: ticketsOf(orphans),
    mayGrantSelf,
    now: NOW,
  };
}

function liveUnitsOf(
  live: ViewParts['live'],
  mentioned: readonly UnitName[],
): LeaderView['liveUnits'] {
  if (live === 'unknown') return undefined;
  if (live === undefined) return new Map(mentioned.map((unit) => [unit, 'alive']));
  return new Map(Object.entries(live).map(([unit, state]) => [parseUnitName(unit), state]));
}

/** Decides with the same policy for every lock. */
export function decideWith(view: LeaderView, policy: Policy = serial()): Decision {
  return decide(view, () => policy);
}

/** A decision, a word for each unit and lock: `granted restart db/0`. */
export function saying({ kept, dropped, granted, waiting }: Decision): string[] {
  return [
    ...kept.map(({ lock, unit, why }) => `kept ${lock} ${unit}: ${why}`),
    ...dropped.map(({ lock, unit, why }) => `dropped ${lock} ${unit}: ${why}`),
    ...granted.map(({ lock, unit }) => `granted ${lock} ${unit}`),
    ...waiting.map(({ lock, unit, why }) => `waiting ${lock} ${unit}: ${why.why}`),
  ];
}

/** Grants as plain data, to compare with. */
export function plain(grants: GrantSheet): Record<string, Record<string, number>> {
  return Object.fromEntries(
    [...grants].map(([lock, units]) => [lock, Object.fromEntries(units)] as const),
  );
}

/** What a decision comes to: the grants it leaves, and what it says of each unit and lock. */
export function outcomeOf(
  decision: Decision,
): readonly [Record<string, Record<string, number>>, readonly string[]] {
  return [plain(decision.grants), saying(decision)];
}

/** The sheet that a reading has. */
export function sheetIn(reading: SheetReading | undefined): RequestSheet | undefined {
  return reading?.state === 'present' ? reading.sheet : undefined;
}
