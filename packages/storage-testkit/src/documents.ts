import {
  parseLockName,
  parseTicket,
  parseUnitName,
  type GrantSheet,
  type LockName,
  type RequestSheet,
} from '@baton/coordinator';

/** What is not given is as in the sheet of a unit that never asked for anything. */
export interface SheetParts {
  readonly lastTicket?: number;
  readonly requests?: Iterable<readonly [lock: string, ticket: number]>;
  readonly labels?: Iterable<readonly [string, string]>;
  readonly nonce?: number;
  readonly fromStash?: boolean;
}

/** Makes a request sheet; `lastTicket` is the largest ticket of its requests unless it is given. */
export function requestSheet(parts: SheetParts = {}): RequestSheet {
  const requests = new Map(
    [...(parts.requests ?? [])].map(([lock, ticket]) => [parseLockName(lock), parseTicket(ticket)]),
  );
  return {
    lastTicket: parts.lastTicket ?? Math.max(0, ...requests.values()),
    requests,
    labels: new Map(parts.labels ?? []),
    nonce: parts.nonce ?? 0,
    fromStash: parts.fromStash ?? false,
  };
}

/** Makes the sheet of a unit that asks for one lock. */
export function sheetAsking(lock: string, ticket: number): RequestSheet {
  return requestSheet({ requests: [[lock, ticket]] });
}

/** Makes a grant sheet from rows of lock, unit and ticket. */
export function grantSheet(
  ...rows: readonly (readonly [lock: string, unit: string, ticket: number])[]
): GrantSheet {
  const sheet = new Map<
    LockName,
    Map<ReturnType<typeof parseUnitName>, ReturnType<typeof parseTicket>>
  >();
  for (const [lock, unit, ticket] of rows) {
    const name = parseLockName(lock);
    const units = sheet.get(name) ?? new Map();
    sheet.set(name, units.set(parseUnitName(unit), parseTicket(ticket)));
  }
  return sheet;
}

/** Names of locks that stores and codecs have been seen to stumble over. */
export const ODD_LOCK_NAMES: readonly string[] = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'a b = "c"',
  '../..',
  '/',
  '.',
  ' ',
  '0',
  'null',
  // The same letter in its two forms, which are two names.
  '\u00e9',
  'e\u0301',
  '🔒🏳️‍🌈',
  '日本',
  'L'.repeat(256),
  '🔒'.repeat(64),
];
