import type { GrantSheet, RequestSheet } from '../model/documents.ts';
import type { LockName, UnitName } from '../model/names.ts';
import type { Ticket } from '../model/ticket.ts';

/** Whether a unit holds a lock: its open request and the committed grant have the same ticket. */
export function holds(
  unit: UnitName,
  sheet: RequestSheet,
  grants: GrantSheet,
  lock: LockName,
): boolean {
  const ticket = sheet.requests.get(lock);
  return ticket !== undefined && grants.get(lock)?.get(unit) === ticket;
}

/** Whether a unit's sheet was made after the grant under that ticket and does not ask for the lock with it: proof. */
export function hasGivenBack(sheet: RequestSheet, lock: LockName, ticket: Ticket): boolean {
  return sheet.lastTicket >= ticket && sheet.requests.get(lock) !== ticket;
}

/** The locks that a unit holds. */
export function heldLocks(
  unit: UnitName,
  sheet: RequestSheet,
  grants: GrantSheet,
): ReadonlySet<LockName> {
  return new Set([...sheet.requests.keys()].filter((lock) => holds(unit, sheet, grants, lock)));
}

/**
 * The grants a unit made itself, as leader, in a hook that then failed: their tickets are above the
 * `lastTicket` it has published. Work under them may be half done.
 */
export function orphansOf(
  unit: UnitName,
  published: RequestSheet,
  grants: GrantSheet,
): ReadonlyMap<LockName, Ticket> {
  const orphans = new Map<LockName, Ticket>();
  for (const [lock, units] of grants) {
    const ticket = units.get(unit);
    if (ticket !== undefined && ticket > published.lastTicket) orphans.set(lock, ticket);
  }
  return orphans;
}
