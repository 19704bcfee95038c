import type { RequestSheet } from '../model/documents.ts';
import type { LockName } from '../model/names.ts';
import type { Ticket } from '../model/ticket.ts';

/** The sheet with an open request added, for a new ticket or for an adopted orphan's. */
export function withRequest(sheet: RequestSheet, lock: LockName, ticket: Ticket): RequestSheet {
  return {
    ...sheet,
    lastTicket: Math.max(sheet.lastTicket, ticket),
    requests: new Map(sheet.requests).set(lock, ticket),
  };
}

/** The sheet with requests taken away: released, or given up. `lastTicket` stays, which is the proof. */
export function withoutRequests(sheet: RequestSheet, locks: Iterable<LockName>): RequestSheet {
  const requests = new Map(sheet.requests);
  for (const lock of locks) requests.delete(lock);
  return { ...sheet, requests };
}

/** The sheet that gives up every orphan: `lastTicket` covers them, so the leader may drop those not adopted. */
export function givingUp(
  sheet: RequestSheet,
  orphans: ReadonlyMap<LockName, Ticket>,
): RequestSheet {
  return { ...sheet, lastTicket: Math.max(sheet.lastTicket, ...orphans.values()) };
}

/**
 * The sheet that keeps every orphan alive as an open request, so that publishing it gives none of them up. An
 * orphan is newer than whatever the unit had asked for under that lock before.
 */
export function adoptingAll(
  sheet: RequestSheet,
  orphans: Iterable<readonly [LockName, Ticket]>,
): RequestSheet {
  let adopted = sheet;
  for (const [lock, ticket] of orphans) {
    if ((adopted.requests.get(lock) ?? 0) < ticket) adopted = withRequest(adopted, lock, ticket);
  }
  return adopted;
}
