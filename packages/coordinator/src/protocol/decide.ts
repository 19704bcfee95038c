import { CoordinatorError } from '../errors.ts';
import type { GrantSheet } from '../model/documents.ts';
import { compareText, compareUnits, type LockName, type UnitName } from '../model/names.ts';
import type { Ticket } from '../model/ticket.ts';
import type { ContestUnit, Policy, WaitReason } from '../policy/policy.ts';
import type { SheetReading, UnitState } from '../store/lock-store.ts';
import { hasGivenBack } from './holding.ts';
import { WaitingQueue, type Waiting } from './waiting-queue.ts';

/** Everything the leader knows when it decides. */
export interface LeaderView {
  /** The leader itself; `undefined` where an onlooker asks what the leader would do. */
  readonly unit: UnitName | undefined;
  /** The grant sheet, read under the leader's guarantee. */
  readonly grants: GrantSheet;
  /** The sheets of the listed units and of every holder, the leader's own as it will be published. */
  readonly sheets: ReadonlyMap<UnitName, SheetReading>;
  /** Who is there, asked after the grants were read; `undefined` where that could not be learnt. */
  readonly liveUnits: ReadonlyMap<UnitName, UnitState> | undefined;
  /** The leader's own orphans, until the charm's code has returned; empty afterwards. */
  readonly orphans: ReadonlyMap<LockName, Ticket>;
  /** Whether the leader may be granted a lock: not in an action, which also runs while the unit is in error. */
  readonly mayGrantSelf: boolean;
  /** What time the leader has, in microseconds since the epoch. */
  readonly now: number;
}

/** Why a grant stays in the sheet. */
export type KeptBecause = 'held' | 'in-flight' | 'orphan' | 'no-sheet' | 'unreadable-sheet';

/** Why a grant leaves the sheet. */
type DroppedBecause = 'released' | 'gone';

/** Why a unit that asked for a lock waits. */
export type QueueReason =
  | WaitReason
  | {
      /** The leader could not learn which units there are, so it grants nothing new. */
      readonly why: 'units-unknown';
    }
  | {
      /** The leader grants itself nothing in an action. */
      readonly why: 'in-action';
    };

/** One unit's standing with one lock. */
interface Standing<Why> {
  readonly lock: LockName;
  readonly unit: UnitName;
  readonly ticket: Ticket;
  readonly why: Why;
}

/** What the leader decided, and why. */
export interface Decision {
  /** The grant sheet as it should be. */
  readonly grants: GrantSheet;
  readonly kept: readonly Standing<KeptBecause>[];
  readonly dropped: readonly Standing<DroppedBecause>[];
  readonly granted: readonly Standing<'granted'>[];
  /** Who waits, lock by lock in queue order. */
  readonly waiting: readonly Standing<QueueReason>[];
}

/** What becomes of a grant that is in the sheet. */
type Fate =
  | { readonly keep: true; readonly why: KeptBecause }
  | { readonly keep: false; readonly why: DroppedBecause };

/** Decides what becomes of one grant. Only proof drops it: "not in my list" is none. */
function fateOf(view: LeaderView, lock: LockName, unit: UnitName, ticket: Ticket): Fate {
  if (view.liveUnits !== undefined && !view.liveUnits.has(unit))
    return { keep: false, why: 'gone' };
  if (unit === view.unit && view.orphans.get(lock) === ticket) return { keep: true, why: 'orphan' };
  const reading = view.sheets.get(unit);
  if (reading === undefined || reading.state === 'absent') return { keep: true, why: 'no-sheet' };
  if (reading.state === 'unreadable') return { keep: true, why: 'unreadable-sheet' };
  if (reading.sheet.requests.get(lock) === ticket) return { keep: true, why: 'held' };
  if (hasGivenBack(reading.sheet, lock, ticket)) return { keep: false, why: 'released' };
  return { keep: true, why: 'in-flight' };
}

/** Decides what the grant sheet should be. Deciding again on the same input changes nothing. */
export function decide(view: LeaderView, policyFor: (lock: LockName) => Policy): Decision {
  const settled = settle(view);
  const grants = new Map<LockName, ReadonlyMap<UnitName, Ticket>>();
  const granted: Standing<'granted'>[] = [];
  const waiting: Standing<QueueReason>[] = [];
  const field = fieldOf(view);
  const queues = queuesOf(view, settled.holders);

  const locks = new Set([...settled.holders.keys(), ...queues.keys()]);
  for (const lock of [...locks].toSorted(compareText)) {
    const holders = settled.holders.get(lock) ?? new Map<UnitName, Ticket>();
    const queue = queues.get(lock);
    if (queue !== undefined) {
      const walk = walkQueue(view, field, { lock, holders, queue, policy: policyFor(lock) });
      granted.push(...walk.granted);
      waiting.push(...walk.waiting);
    }
    if (holders.size > 0) grants.set(lock, holders);
  }
  return { grants, kept: settled.kept, dropped: settled.dropped, granted, waiting };
}

/** The units in a grant sheet or a request that are somebody's business now. */
export function isAnybodyInvolved(view: Pick<LeaderView, 'grants' | 'sheets'>): boolean {
  if (view.grants.size > 0) return true;
  for (const reading of view.sheets.values()) {
    if (reading.state === 'present' && reading.sheet.requests.size > 0) return true;
  }
  return false;
}

interface Settled {
  readonly holders: Map<LockName, Map<UnitName, Ticket>>;
  readonly kept: readonly Standing<KeptBecause>[];
  readonly dropped: readonly Standing<DroppedBecause>[];
}

function settle(view: LeaderView): Settled {
  const holders = new Map<LockName, Map<UnitName, Ticket>>();
  const kept: Standing<KeptBecause>[] = [];
  const dropped: Standing<DroppedBecause>[] = [];
  for (const [lock, units] of view.grants) {
    for (const [unit, ticket] of units) {
      const fate = fateOf(view, lock, unit, ticket);
      if (fate.keep) {
        kept.push({ lock, unit, ticket, why: fate.why });
        put(holders, lock, unit, ticket);
      } else {
        dropped.push({ lock, unit, ticket, why: fate.why });
      }
    }
  }
  return { holders, kept, dropped };
}

/** Who waits for what: open requests of units that are alive and hold nothing of that lock. */
function queuesOf(
  view: LeaderView,
  holders: ReadonlyMap<LockName, ReadonlyMap<UnitName, Ticket>>,
): ReadonlyMap<LockName, Waiting[]> {
  const queues = new Map<LockName, Waiting[]>();
  for (const [unit, reading] of view.sheets) {
    if (reading.state !== 'present') continue;
    if (view.liveUnits !== undefined && view.liveUnits.get(unit) !== 'alive') continue;
    for (const [lock, ticket] of reading.sheet.requests) {
      // A unit with a grant under another ticket is in flight: its sheet here is older than that grant.
      if (holders.get(lock)?.has(unit) === true) continue;
      const queue = queues.get(lock);
      if (queue === undefined) queues.set(lock, [{ unit, ticket }]);
      else queue.push({ unit, ticket });
    }
  }
  for (const queue of queues.values()) queue.sort(byTicket);
  return queues;
}

/** Orders requests as a queue does: by ticket, and at the same ticket by the number of the unit. */
export function byTicket(a: Waiting, b: Waiting): number {
  return a.ticket - b.ticket || compareUnits(a.unit, b.unit);
}

/** The units that a policy sees, the same for every lock. */
interface Field {
  readonly units: ReadonlyMap<UnitName, ContestUnit>;
  readonly aliveUnits: number;
}

const NO_LABELS: ReadonlyMap<string, string> = new Map();

function fieldOf(view: LeaderView): Field {
  const units = new Map<UnitName, ContestUnit>();
  let aliveUnits = 0;
  for (const [unit, state] of view.liveUnits ?? []) {
    const reading = view.sheets.get(unit);
    const labels = reading?.state === 'present' ? reading.sheet.labels : NO_LABELS;
    units.set(unit, { state, labels });
    if (state === 'alive') aliveUnits += 1;
  }
  return { units, aliveUnits };
}

/** What is to be decided about one lock. */
interface LockContest {
  readonly lock: LockName;
  readonly holders: Map<UnitName, Ticket>;
  readonly queue: readonly Waiting[];
  readonly policy: Policy;
}

/** Asks the policy for each waiting unit in turn; each yes is added to the holders. */
function walkQueue(
  view: LeaderView,
  field: Field,
  { lock, holders, queue: waitingUnits, policy }: LockContest,
): { granted: Standing<'granted'>[]; waiting: Standing<QueueReason>[] } {
  const granted: Standing<'granted'>[] = [];
  const waiting: Standing<QueueReason>[] = [];
  const queue = new WaitingQueue(waitingUnits);
  for (const { unit, ticket } of waitingUnits) {
    const place = waiting.length + 1;
    const verdict =
      refusalWithoutAsking(view, unit) ??
      ask(policy, { lock, unit, place, holders, queue, ...field, now: view.now });
    if (verdict === true) {
      holders.set(unit, ticket);
      queue.remove(unit);
      granted.push({ lock, unit, ticket, why: 'granted' });
    } else {
      waiting.push({ lock, unit, ticket, why: verdict.wait });
    }
  }
  return { granted, waiting };
}

function refusalWithoutAsking(
  view: LeaderView,
  unit: UnitName,
): { readonly wait: QueueReason } | undefined {
  if (view.liveUnits === undefined) return { wait: { why: 'units-unknown' } };
  if (unit === view.unit && !view.mayGrantSelf) return { wait: { why: 'in-action' } };
  return undefined;
}

function ask(policy: Policy, contest: Parameters<Policy>[0]): ReturnType<Policy> {
  const question = `whether ${contest.unit} may have ${JSON.stringify(contest.lock)}`;
  let verdict: unknown;
  try {
    verdict = policy(contest);
  } catch (error) {
    throw new CoordinatorError('POLICY_FAILED', `the policy threw when asked ${question}`, error);
  }
  if (isVerdict(verdict)) return verdict;
  throw new CoordinatorError(
    'POLICY_FAILED',
    `the policy answered ${String(verdict)} when asked ${question}: expected true or { wait: reason }`,
  );
}

function isVerdict(value: unknown): value is ReturnType<Policy> {
  if (value === true) return true;
  return (
    typeof value === 'object' &&
    value !== null &&
    'wait' in value &&
    typeof value.wait === 'object' &&
    value.wait !== null &&
    'why' in value.wait
  );
}

function put(
  grants: Map<LockName, Map<UnitName, Ticket>>,
  lock: LockName,
  unit: UnitName,
  ticket: Ticket,
): void {
  const units = grants.get(lock);
  if (units === undefined) grants.set(lock, new Map([[unit, ticket]]));
  else units.set(unit, ticket);
}
