import type { GrantSheet, RequestSheet } from '../model/documents.ts';
import type { UnitName } from '../model/names.ts';
import { parseTicket, type Ticket } from '../model/ticket.ts';

/** Other units' tickets further ahead than this are left out, so that one broken clock does not drag the rest along. */
const OTHERS_AHEAD_MICROS_MAX = 24 * 60 * 60 * 1_000_000;

/**
 * The ticket of a unit's next request: above every ticket the unit ever used, the clock, and whatever the
 * grant sheet shows of others.
 */
export function nextTicket(
  unit: UnitName,
  sheet: RequestSheet,
  grants: GrantSheet,
  nowMicros: number,
): Ticket {
  let next = Math.max(sheet.lastTicket + 1, nowMicros);
  for (const units of grants.values()) {
    for (const [holder, ticket] of units) {
      if (holder === unit || ticket <= nowMicros + OTHERS_AHEAD_MICROS_MAX) {
        next = Math.max(next, ticket + 1);
      }
    }
  }
  return parseTicket(next);
}
