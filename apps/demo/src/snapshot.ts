import { describeReason, type ExplainedWaiter } from '@baton/coordinator';

import type { ClientCounters } from './client.ts';
import type { LockLook } from './fleet.ts';
import type { ServerEvent } from './workload/server-events.ts';

/** What a unit is at. */
type UnitState = 'starting' | 'serving' | 'waiting' | 'restarting' | 'agent killed';

/** One unit at one moment. */
export interface UnitSnapshot {
  readonly unit: string;
  readonly leader: boolean;
  readonly state: UnitState;
  /** Whether the unit holds the lock. */
  readonly holder: boolean;
  /** The place in the queue, from 1; absent where the unit does not wait. */
  readonly place?: number;
  /** Why it waits. */
  readonly why?: string;
  /** When it asked for the lock, in milliseconds since the epoch; absent where it does not. */
  readonly askedAt?: number;
  /** The version its server serves; absent while none answers. */
  readonly version?: number;
  /** Since when the server has answered, or has not, in milliseconds since the epoch; absent before its first start. */
  readonly since?: number;
}

/** Everything the demo shows at one moment. */
export interface Snapshot {
  /** In milliseconds since the epoch. */
  readonly at: number;
  readonly units: readonly UnitSnapshot[];
  /** The version that every unit should serve. */
  readonly wanted: number;
  readonly client: ClientCounters;
}

/** What one unit is made of for an onlooker. */
export interface UnitSources {
  readonly unit: string;
  readonly look: LockLook;
  /** Its server's events, the oldest first. */
  readonly events: readonly ServerEvent[];
  readonly agentRuns: boolean;
}

/** Puts together what is known of one unit. */
export function unitSnapshot({ unit, look, events, agentRuns }: UnitSources): UnitSnapshot {
  const { leader, explanation } = look;
  const last = events.at(-1);
  const holder = explanation.holders.find((candidate) => candidate.unit === unit);
  const waiter = explanation.queue.find((candidate) => candidate.unit === unit);
  // Undecided is what the lock is for a moment between two writes; the next look tells.
  const waits = waiter !== undefined && waiter.reason.why !== 'undecided';
  const askedAt = (holder ?? waiter)?.requestedAt.getTime();
  return {
    unit,
    leader: leader === unit,
    state: stateOf(last, waits, agentRuns),
    holder: holder !== undefined,
    ...(waits ? { place: waiter.place, why: whyOf(waiter, look) } : {}),
    ...(askedAt === undefined ? {} : { askedAt }),
    ...(last?.event === 'listening' ? { version: last.version } : {}),
    ...(last === undefined ? {} : { since: last.at }),
  };
}

/** Why a unit waits: where the lock is taken, by whom. */
function whyOf({ reason }: ExplainedWaiter, { explanation }: LockLook): string {
  const holders = explanation.holders.map(({ unit }) => unit).join(', ');
  return reason.why === 'held' && holders !== '' ? `held by ${holders}` : describeReason(reason);
}

function stateOf(last: ServerEvent | undefined, waits: boolean, agentRuns: boolean): UnitState {
  if (!agentRuns) return 'agent killed';
  if (last === undefined) return 'starting';
  if (last.event === 'closing') return 'restarting';
  return waits ? 'waiting' : 'serving';
}

/** Whether every unit serves what is wanted, and nobody holds the lock or waits for it. */
export function isSettled({ units, wanted }: Snapshot): boolean {
  return units.every(
    ({ state, version, askedAt }) =>
      state === 'serving' && version === wanted && askedAt === undefined,
  );
}
