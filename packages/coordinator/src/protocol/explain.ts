import type { GrantSheet, RequestSheet } from '../model/documents.ts';
import type { LockName, UnitName } from '../model/names.ts';
import { ticketDate, type Ticket } from '../model/ticket.ts';
import type { Policy } from '../policy/policy.ts';
import type { SheetReading } from '../store/lock-store.ts';
import { byTicket, decide, type KeptBecause, type LeaderView, type QueueReason } from './decide.ts';
import { hasGivenBack, holds } from './holding.ts';

/** A unit that the grant sheet names as a holder. */
export interface ExplainedHolder {
  /** The holder. */
  readonly unit: UnitName;
  /** When the unit asked, by its own clock. */
  readonly requestedAt: Date;
  /**
   * `held`: the unit's sheet has the request open; `in-flight`: its sheet is older than the grant; `unknown`:
   * this unit reads no sheets, or could not read that one.
   */
  readonly state: 'held' | 'in-flight' | 'unknown';
}

/** A unit that waits for the lock. */
export interface ExplainedWaiter {
  /** The one that waits. */
  readonly unit: UnitName;
  /** Its place in the queue, from 1. */
  readonly place: number;
  /** When the unit asked, by its own clock. */
  readonly requestedAt: Date;
  /** Why it waits; `undecided` where the leader is about to grant it. */
  readonly reason:
    | QueueReason
    | {
        /** The leader is about to grant it. */
        readonly why: 'undecided';
      };
}

/** This unit's part in it. */
export interface ExplainedPart {
  /** This unit. */
  readonly unit: UnitName;
  /** Whether it holds the lock, waits for it, or has not asked for it. */
  readonly state: 'holding' | 'waiting' | 'not-asking';
  /** When this unit asked; absent where it does not. */
  readonly requestedAt?: Date;
  /** The place in the queue, from 1; absent where it does not wait, or where this unit cannot know. */
  readonly place?: number;
}

/** Who holds a lock, who waits for it, in which place, and why; its text is for operators. */
export interface Explanation {
  /** The lock it is about. */
  readonly lock: string;
  /** Who holds it, in the order of the requests. */
  readonly holders: readonly ExplainedHolder[];
  /** Who waits for it, in queue order. */
  readonly queue: readonly ExplainedWaiter[];
  /** Absent where nobody in particular asked. */
  readonly own?: ExplainedPart;
  /** Whether everything is known: only the leader reads the sheets of its peers. */
  readonly complete: boolean;
  /** What is wrong or unknown, a sentence each. */
  readonly problems: readonly string[];
  /** Says it in lines for an operator; the words may change with any release. */
  toString(): string;
}

/** What to explain a lock from. */
export interface ExplainInput {
  /** The lock to explain. */
  readonly lock: LockName;
  /** The grant sheet. */
  readonly grants: GrantSheet;
  /** The sheets of all units; absent for a follower, which reads none but its own. */
  readonly sheets?: ReadonlyMap<UnitName, SheetReading> | undefined;
  /** Who is there; absent where that is not known. */
  readonly liveUnits?: LeaderView['liveUnits'];
  /** What the queue waits for. */
  readonly policy: Policy;
  /** What time it is, in microseconds since the epoch. */
  readonly now: number;
  /** The unit that asks, and its own sheet. */
  readonly own?:
    | {
        /** The unit that asks. */
        readonly unit: UnitName;
        /** Its own sheet. */
        readonly sheet: RequestSheet;
      }
    | undefined;
  /** The orphans of the unit that asks, which a leader keeps while the charm's code runs. None where absent. */
  readonly orphans?: ReadonlyMap<LockName, Ticket>;
  /** Whether the unit that asks may be granted the lock now: not in an action. True where absent. */
  readonly mayGrantSelf?: boolean;
}

const HOLDER_STATES: Record<KeptBecause, ExplainedHolder['state']> = {
  held: 'held',
  'in-flight': 'in-flight',
  orphan: 'held',
  'no-sheet': 'unknown',
  'unreadable-sheet': 'unknown',
};

/** Explains one lock from what a unit has read, without changing anything. */
export function explainLock(input: ExplainInput): Explanation {
  const parts = input.sheets === undefined ? fromGrants(input) : fromSheets(input, input.sheets);
  const own = input.own === undefined ? undefined : ownPart(input, input.own, parts.queue);
  const explanation = {
    lock: input.lock,
    ...parts,
    ...(own === undefined ? {} : { own }),
    complete: input.sheets !== undefined,
  };
  return { ...explanation, toString: () => describe(explanation) };
}

type Parts = Pick<Explanation, 'holders' | 'queue' | 'problems'>;

/** What a follower can say: the grant sheet names the holders, but no queue. */
function fromGrants({ lock, grants, own }: ExplainInput): Parts {
  const holders = [...(grants.get(lock) ?? [])]
    .filter(([unit, ticket]) => unit !== own?.unit || !hasGivenBack(own.sheet, lock, ticket))
    .map(([unit, ticket]) => ({
      unit,
      requestedAt: ticketDate(ticket),
      state: 'unknown' as const,
    }));
  return { holders, queue: [], problems: [] };
}

function fromSheets(input: ExplainInput, sheets: ReadonlyMap<UnitName, SheetReading>): Parts {
  const { liveUnits } = input;
  const decision = decide(leaderView(input, sheets), () => input.policy);
  const holders = decision.kept.map(({ unit, ticket, why }) => ({
    unit,
    requestedAt: ticketDate(ticket),
    state: HOLDER_STATES[why],
  }));
  const undecided = decision.granted.map((standing) => ({
    ...standing,
    why: { why: 'undecided' as const },
  }));
  const inOrder = [...undecided, ...decision.waiting].toSorted(byTicket);
  const queue = inOrder.map(({ unit, ticket, why }, index) => ({
    unit,
    place: index + 1,
    requestedAt: ticketDate(ticket),
    reason: why,
  }));
  const problems = problemsOf(sheets, liveUnits);
  // Where nobody holds or waits, the leader need not ask which units there are.
  if (liveUnits === undefined && holders.length + queue.length > 0) {
    problems.push('which units there are could not be learnt, so nothing new is granted');
  }
  return { holders, queue, problems };
}

/** One lock's worth of a leader's view, so that explaining costs no more than that lock. */
function leaderView(
  { lock, grants, liveUnits, now, own, orphans, mayGrantSelf }: ExplainInput,
  sheets: ReadonlyMap<UnitName, SheetReading>,
): LeaderView {
  const units = grants.get(lock);
  return {
    unit: own?.unit,
    grants: new Map(units === undefined ? [] : [[lock, units]]),
    sheets: new Map([...sheets].map(([name, reading]) => [name, aboutLock(reading, lock)])),
    liveUnits,
    orphans: orphans ?? new Map<LockName, Ticket>(),
    mayGrantSelf: mayGrantSelf ?? true,
    now,
  };
}

function aboutLock(reading: SheetReading, lock: LockName): SheetReading {
  if (reading.state !== 'present') return reading;
  const ticket = reading.sheet.requests.get(lock);
  const requests = new Map(ticket === undefined ? [] : [[lock, ticket]]);
  return { state: 'present', sheet: { ...reading.sheet, requests } };
}

function problemsOf(
  sheets: ReadonlyMap<UnitName, SheetReading>,
  liveUnits: LeaderView['liveUnits'],
): string[] {
  const problems: string[] = [];
  for (const [unit, reading] of sheets) {
    if (reading.state === 'unreadable') {
      problems.push(`the sheet of ${unit} cannot be read: ${reading.error.message}`);
    }
  }
  for (const [unit, state] of liveUnits ?? []) {
    if (state === 'dying') problems.push(`${unit} is being removed and is granted nothing new`);
  }
  return problems;
}

function ownPart(
  { lock, grants }: ExplainInput,
  { unit, sheet }: { readonly unit: UnitName; readonly sheet: RequestSheet },
  queue: readonly ExplainedWaiter[],
): ExplainedPart {
  const ticket = sheet.requests.get(lock);
  if (ticket === undefined) return { unit, state: 'not-asking' };
  const requestedAt = ticketDate(ticket);
  if (holds(unit, sheet, grants, lock)) return { unit, state: 'holding', requestedAt };
  const place = queue.find((waiter) => waiter.unit === unit)?.place;
  return { unit, state: 'waiting', requestedAt, ...(place === undefined ? {} : { place }) };
}

/** Says a reason in words: the rest of the sentence "it waits because …". */
export function describeReason(reason: ExplainedWaiter['reason']): string {
  switch (reason.why) {
    case 'held':
      return `the lock is held by ${reason.holders} of ${reason.limit} allowed`;
    case 'behind':
      return `${reason.unit} asked earlier`;
    case 'other':
      return reason.text;
    case 'units-unknown':
      return 'the leader could not learn which units there are';
    case 'in-action':
      return 'the leader grants itself nothing in an action';
    case 'undecided':
      return 'the leader grants it in its next hook';
  }
}

const HOLDER_WORDS: Record<ExplainedHolder['state'], string> = {
  held: 'holds it',
  'in-flight': 'was granted it and has not confirmed that yet',
  unknown: 'was granted it; whether it works under it is not known here',
};

function describe(explanation: Omit<Explanation, 'toString'>): string {
  const { lock, holders, queue, own, complete, problems } = explanation;
  const lines = [`lock ${JSON.stringify(lock)}`];
  if (holders.length === 0) lines.push('  nobody holds it');
  for (const { unit, requestedAt, state } of holders) {
    lines.push(`  ${unit} ${HOLDER_WORDS[state]} (asked ${requestedAt.toISOString()})`);
  }
  if (complete && queue.length === 0) lines.push('  nobody waits');
  for (const { unit, place, requestedAt, reason } of queue) {
    const asked = `asked ${requestedAt.toISOString()}`;
    lines.push(`  ${place}. ${unit} waits (${asked}): ${describeReason(reason)}`);
  }
  if (own !== undefined) lines.push(`  this unit, ${own.unit}, ${describePart(own)}`);
  if (!complete) lines.push('  this unit is not the leader: who else waits is not known here');
  for (const problem of problems) lines.push(`  problem: ${problem}`);
  return lines.join('\n');
}

function describePart({ state, place, requestedAt }: ExplainedPart): string {
  const asked = requestedAt === undefined ? '' : ` (asked ${requestedAt.toISOString()})`;
  if (state === 'holding') return `holds it${asked}`;
  if (state === 'not-asking') return 'does not ask for it';
  return place === undefined ? `waits${asked}` : `waits in place ${place}${asked}`;
}
