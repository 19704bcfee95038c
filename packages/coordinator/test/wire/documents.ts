import fc from 'fast-check';

import {
  CodecError,
  lockNameSchema,
  parseLockName,
  parseTicket,
  parseUnitName,
  unitNameSchema,
  type GrantSheet,
  type LockName,
  type RequestSheet,
} from '@baton/coordinator';

/** Fixed, so that a failure here is a failure everywhere; fast-check prints it with the counterexample. */
export const SEED = 20_260_101;

const TICKET = 1_767_225_600_000_000;

const AWKWARD_NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'restart',
  'Restart',
  ' ',
  '"',
  '\\',
  '🔒',
  'é',
  'e\u0301',
  '\u2028',
  '\ufeff',
  `\ufeff${'b'.repeat(100)}`,
  'a'.repeat(31),
  'a'.repeat(32),
  'a'.repeat(255),
  'a'.repeat(256),
  '🔒'.repeat(64),
];

const lockName: fc.Arbitrary<LockName> = fc
  .oneof(
    fc.constantFrom(...AWKWARD_NAMES),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
  )
  .filter((text) => lockNameSchema.safeParse(text).success)
  .map((text) => parseLockName(text));

const labelText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('', '__proto__', 'zone', '\ufeff'.repeat(70), '\u0000', 'z'.repeat(256)),
  fc.string({ unit: 'binary', maxLength: 60 }).filter((text) => text.length <= 256),
);

function count(least: number): fc.Arbitrary<number> {
  return fc.oneof(
    fc.integer({ min: least, max: 300 }),
    fc.integer({ min: TICKET - 10_000_000, max: TICKET + 10_000_000 }),
    fc.maxSafeInteger().map((number) => Math.max(least, Math.abs(number))),
    fc.constantFrom(least, 127, 128, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER),
  );
}

function mapOf<K, V>(key: fc.Arbitrary<K>, value: fc.Arbitrary<V>): fc.Arbitrary<Map<K, V>> {
  return fc
    .uniqueArray(fc.tuple(key, value), { selector: ([name]) => name, maxLength: 32 })
    .map((entries) => new Map(entries));
}

/** Any request sheet that can be. */
export const requestSheets: fc.Arbitrary<RequestSheet> = fc
  .record({
    tickets: mapOf(lockName, count(1)),
    above: count(0),
    labels: mapOf(labelText, labelText),
    nonce: count(0),
    fromStash: fc.boolean(),
  })
  .map(({ tickets, above, labels, nonce, fromStash }) => {
    const largest = Math.max(0, ...tickets.values());
    const lastTicket = Math.min(Number.MAX_SAFE_INTEGER, largest + above);
    const requests = new Map(
      [...tickets].map(([lock, ticket]) => [lock, parseTicket(ticket)] as const),
    );
    return { lastTicket, requests, labels, nonce, fromStash };
  });

const application: fc.Arbitrary<string> = fc
  .oneof(
    fc.constantFrom('db', '__proto__', 'constructor', '\ufeffdb', '🔒', 'a'.repeat(64)),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 16 }),
  )
  .filter((name) => unitNameSchema.safeParse(`${name}/100000000000000`).success);

const unitNumbers = fc.oneof(
  fc.nat({ max: 300 }),
  fc.integer({ min: 0, max: 999_999_999_999_999 }),
);

/** Any grant sheet that lists no lock without grants. */
export const grantSheets: fc.Arbitrary<GrantSheet> = application.chain((name) => {
  const unit = unitNumbers.map((number) => parseUnitName(`${name}/${number}`));
  const ticket = count(1).map((number) => parseTicket(number));
  return mapOf(
    lockName,
    mapOf(unit, ticket).filter((units) => units.size > 0),
  );
});

/** A request sheet for a test that cares about some of it. */
export function requestSheet(
  lastTicket: number,
  requests: Readonly<Record<string, number>> = {},
  rest: Partial<Pick<RequestSheet, 'labels' | 'nonce' | 'fromStash'>> = {},
): RequestSheet {
  const entries = Object.entries(requests).map(
    ([lock, ticket]) => [parseLockName(lock), parseTicket(ticket)] as const,
  );
  return {
    lastTicket,
    requests: new Map(entries),
    labels: new Map(),
    nonce: 0,
    fromStash: false,
    ...rest,
  };
}

/** A grant sheet, from `[lock, { unit: ticket }]`. */
export function grantSheet(
  ...locks: readonly (readonly [string, Readonly<Record<string, number>>])[]
): GrantSheet {
  return new Map(
    locks.map(([lock, units]) => [
      parseLockName(lock),
      new Map(
        Object.entries(units).map(
          ([unit, ticket]) => [parseUnitName(unit), parseTicket(ticket)] as const,
        ),
      ),
    ]),
  );
}

/** Bytes from hexadecimal digits, in which spaces do not count. */
export function bytesOf(hex: string): Uint8Array {
  const digits = hex.replaceAll(' ', '');
  return Uint8Array.from({ length: digits.length / 2 }, (_, index) =>
    Number.parseInt(digits.slice(2 * index, 2 * index + 2), 16),
  );
}

/** Hexadecimal digits of bytes. */
export function hexOf(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** What `attempt` was refused with; anything thrown that is no CodecError goes on to the test. */
export function refusal(attempt: () => unknown): CodecError {
  try {
    attempt();
  } catch (error) {
    if (CodecError.is(error)) return error;
    throw error;
  }
  throw new Error('expected a CodecError, and nothing was thrown');
}
