import type { AgentMemory } from './agent.ts';
import { renewMs, type Leases } from './leases.ts';
import type { UnitName } from './names.ts';

/**
 * Whether the agent leads, as its tracker answers: what it believes, until the claim is to be renewed,
 * and then what the controller says. A unit that does not lead asks nobody.
 */
export function claimLeadership(
  unit: UnitName,
  { tracker }: AgentMemory,
  leases: Leases,
  now: number,
): boolean {
  if (tracker.leader && now >= tracker.renewAt) renew(unit, tracker, leases, now);
  return tracker.leader;
}

/** Claims the lease, first or again; the tracker believes what comes of it. */
export function renew(
  unit: UnitName,
  tracker: AgentMemory['tracker'],
  leases: Leases,
  now: number,
): void {
  tracker.leader = !tracker.cutOff && leases.claim(unit, now);
  tracker.renewAt = now + renewMs;
}
