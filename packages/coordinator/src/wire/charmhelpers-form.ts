import { CodecError } from '../errors.ts';
import { EMPTY_REQUEST_SHEET, type GrantSheet, type RequestSheet } from '../model/documents.ts';
import { lockNameSchema, unitNameSchema, type LockName, type UnitName } from '../model/names.ts';
import type { Ticket } from '../model/ticket.ts';
import { fromStamp, toStamp } from './charmhelpers-stamp.ts';
import { quote, schemaMismatch } from './schema-mismatch.ts';

/** As large as the compact form may be. */
const LENGTH_MAX = 1024 * 1024;

/** The key that charmhelpers keeps its documents by. */
export const CHARMHELPERS_KEY = 'coordinator';

/**
 * What stands for no requests: the same to every JSON reader as the `{}` that charmhelpers writes at the end
 * of every hook without them, and yet another text. With the same text, a unit that went back to charmhelpers,
 * was granted a lock and released it would look as if it had not run since: its compact sheet would count
 * again, older than the grant, and the grant stay in flight for ever.
 */
const NO_REQUESTS = '{ }';

/**
 * Writes the requests of a sheet as `charmhelpers.coordinator` does: `{"restart": "2026-01-01 00:00:00.000000Z"}`.
 *
 * @throws {CodecError} `TOO_LARGE`
 */
export function writeRequests({ requests }: RequestSheet): string {
  if (requests.size === 0) return NO_REQUESTS;
  return refuseTooLarge(
    'this request sheet would be',
    writeObject(requests, (ticket) => writeText(toStamp(ticket))),
  );
}

/**
 * Writes grants as `charmhelpers.coordinator` does: `{"db/1": {"restart": "…"}}`.
 *
 * @throws {CodecError} `TOO_LARGE`
 */
export function writeGrants(sheet: GrantSheet): string {
  const byUnit = new Map<UnitName, Map<LockName, Ticket>>();
  for (const [lock, units] of sheet) {
    for (const [unit, ticket] of units) {
      const locks = byUnit.get(unit) ?? new Map<LockName, Ticket>();
      byUnit.set(unit, locks.set(lock, ticket));
    }
  }
  return refuseTooLarge(
    'this grant sheet would be',
    writeObject(byUnit, (locks) => writeObject(locks, (ticket) => writeText(toStamp(ticket)))),
  );
}

/** Whether a text is longer than this form allows. */
export function isTooLarge(text: string): boolean {
  return text.length > LENGTH_MAX;
}

/**
 * Reads the requests of a unit that runs charmhelpers; whatever is not open in it counts as given up.
 *
 * @throws {CodecError} `MALFORMED`, `SCHEMA_MISMATCH`, `TOO_LARGE`
 */
export function readRequests(text: string): RequestSheet {
  const requests = readTickets('request sheet', 'it', parse('request sheet', text));
  return { ...EMPTY_REQUEST_SHEET, requests, lastTicket: Infinity };
}

/**
 * Reads the grants of a leader that runs charmhelpers.
 *
 * @throws {CodecError} `MALFORMED`, `SCHEMA_MISMATCH`, `TOO_LARGE`
 */
export function readGrants(text: string): GrantSheet {
  const grants = new Map<LockName, Map<UnitName, Ticket>>();
  for (const [name, locks] of entriesOf('grant sheet', 'it', parse('grant sheet', text))) {
    const unit = unitNameSchema.safeParse(name);
    if (!unit.success) {
      throw schemaMismatch('grant sheet', `${quote(name)} is not the name of a unit`, unit.error);
    }
    // charmhelpers leaves an empty object behind for every unit that was ever granted something.
    for (const [lock, ticket] of readTickets('grant sheet', `what ${name} was granted`, locks)) {
      const units = grants.get(lock) ?? new Map<UnitName, Ticket>();
      grants.set(lock, units.set(unit.data, ticket));
    }
  }
  return grants;
}

function parse(document: string, text: string): unknown {
  refuseTooLarge(`what should be a ${document} is`, text);
  try {
    return JSON.parse(text);
  } catch (error) {
    // The parser throws a SyntaxError for text that is not JSON, and nothing else.
    if (!(error instanceof SyntaxError)) throw error;
    throw new CodecError(
      'MALFORMED',
      `what should be a ${document} that charmhelpers wrote is not JSON, in ${text.length} characters`,
      error,
    );
  }
}

function refuseTooLarge(what: string, text: string): string {
  if (!isTooLarge(text)) return text;
  throw new CodecError(
    'TOO_LARGE',
    `${what} ${text.length} characters long, and the form of charmhelpers allows ${LENGTH_MAX}`,
  );
}

function readTickets(document: string, place: string, value: unknown): Map<LockName, Ticket> {
  const tickets = new Map<LockName, Ticket>();
  for (const [name, stamp] of entriesOf(document, place, value)) {
    const lock = lockNameSchema.safeParse(name);
    if (!lock.success) {
      throw schemaMismatch(document, `${quote(name)} is not the name of a lock`, lock.error);
    }
    const ticket = fromStamp(stamp);
    if (ticket === undefined) {
      throw schemaMismatch(document, `${quote(stamp)} for ${quote(name)} is not a time stamp`);
    }
    tickets.set(lock.data, ticket);
  }
  return tickets;
}

function entriesOf(document: string, place: string, value: unknown): [string, unknown][] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return Object.entries(value);
  }
  throw schemaMismatch(document, `${place} should be an object`);
}

/** Python's `json.dumps(sort_keys=True)`: a space after `,` and `:`, and keys by code point. */
function writeObject<Value>(
  entries: ReadonlyMap<string, Value>,
  writeValue: (value: Value) => string,
): string {
  const sorted = [...entries].toSorted(([a], [b]) => compareCodePoints(a, b));
  const members = sorted.map(([key, value]) => `${writeText(key)}: ${writeValue(value)}`);
  return `{${members.join(', ')}}`;
}

/** Python's `json.dumps` of text: everything outside printable ASCII is escaped. */
function writeText(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** UTF-16 orders what lies beyond U+FFFF before U+E000; Python does not. */
function compareCodePoints(a: string, b: string): number {
  const left = Array.from(a);
  const right = Array.from(b);
  for (const [index, character] of left.entries()) {
    const other = right[index]?.codePointAt(0) ?? -1;
    const difference = (character.codePointAt(0) ?? -1) - other;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
