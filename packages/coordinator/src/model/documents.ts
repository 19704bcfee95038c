import * as z from 'zod/mini';

import { lockNameSchema, unitNameSchema, type LockName, type UnitName } from './names.ts';
import { ticketSchema, type Ticket } from './ticket.ts';

const LABELS_MAX = 32;
const LABEL_LENGTH_MAX = 256;

/** Half of a surrogate pair is no text: it has no form in UTF-8. */
const WELL_FORMED = /^[^\p{Surrogate}]*$/u;

/** The schema of the name and of the text of a label. */
export const labelTextSchema: z.ZodMiniType<string> = z
  .string()
  .check(z.maxLength(LABEL_LENGTH_MAX), z.regex(WELL_FORMED));

/** The schema of a nonce, and of a `lastTicket` that is known. */
export const countSchema: z.ZodMiniType<number> = z.custom<number>(isCount, 'expected int from 0');

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** What one unit asks for; written by that unit, read by everybody. */
export interface RequestSheet {
  /**
   * The largest ticket this unit has used or given up; 0 before the first. `Infinity` in the sheet of a unit
   * that runs charmhelpers: whatever is not open in it counts as given up.
   */
  readonly lastTicket: number;
  /** The open request of each lock. */
  readonly requests: ReadonlyMap<LockName, Ticket>;
  /** What policies may know about the unit, such as its availability zone: at most 32, of 256 characters each. */
  readonly labels: ReadonlyMap<string, string>;
  /** Changed only to make the sheet differ from the one before, so that the peers hear of it. */
  readonly nonce: number;
  /** Whether the sheet was first published from the stash, which is deleted once this has been read back. */
  readonly fromStash: boolean;
}

/** The schema of {@link RequestSheet}; `lastTicket` covers every open request. */
export const requestSheetSchema: z.ZodMiniType<RequestSheet> = z
  .object({
    lastTicket: z.custom<number>(
      (value) => value === Infinity || isCount(value),
      'expected int from 0',
    ),
    requests: z.map(lockNameSchema, ticketSchema),
    labels: z.map(labelTextSchema, labelTextSchema).check(z.maxSize(LABELS_MAX)),
    nonce: countSchema,
    fromStash: z.boolean(),
  })
  .check(
    z.refine(
      (sheet) => [...sheet.requests.values()].every((ticket) => ticket <= sheet.lastTicket),
      'an open request has a ticket above lastTicket',
    ),
  );

/** The sheet of a unit that has never asked for anything. */
export const EMPTY_REQUEST_SHEET: RequestSheet = Object.freeze({
  lastTicket: 0,
  requests: new Map<LockName, Ticket>(),
  labels: new Map<string, string>(),
  nonce: 0,
  fromStash: false,
});

/**
 * Who was granted what: `lock → unit → ticket`; written by the leader, read by everybody. A lock without
 * grants is not listed.
 */
export type GrantSheet = ReadonlyMap<LockName, ReadonlyMap<UnitName, Ticket>>;

/** The schema of {@link GrantSheet}. */
export const grantSheetSchema: z.ZodMiniType<GrantSheet> = z.map(
  lockNameSchema,
  z.map(unitNameSchema, ticketSchema),
);

/** The grant sheet of an application in which nothing was granted. */
export const EMPTY_GRANT_SHEET: GrantSheet = new Map();

/** Whether two sheets say the same, whatever the order of their entries. */
export function sameRequestSheet(a: RequestSheet, b: RequestSheet): boolean {
  return (
    a.lastTicket === b.lastTicket &&
    a.nonce === b.nonce &&
    a.fromStash === b.fromStash &&
    sameMap(a.requests, b.requests) &&
    sameMap(a.labels, b.labels)
  );
}

/** Whether two grant sheets say the same, whatever the order of their entries. */
export function sameGrantSheet(a: GrantSheet, b: GrantSheet): boolean {
  if (a.size !== b.size) return false;
  for (const [lock, units] of a) {
    const other = b.get(lock);
    if (other === undefined || !sameMap(units, other)) return false;
  }
  return true;
}

function sameMap<K, V>(a: ReadonlyMap<K, V>, b: ReadonlyMap<K, V>): boolean {
  if (a.size !== b.size) return false;
  for (const [key, value] of a) {
    if (b.get(key) !== value) return false;
  }
  return true;
}
