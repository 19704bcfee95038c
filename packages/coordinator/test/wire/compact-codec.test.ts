import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  compactCodec,
  EMPTY_GRANT_SHEET,
  EMPTY_REQUEST_SHEET,
  sameGrantSheet,
  sameRequestSheet,
  type GrantSheet,
  type RequestSheet,
} from '@baton/coordinator';

import {
  bytesOf,
  grantSheet,
  grantSheets,
  hexOf,
  refusal,
  requestSheet,
  requestSheets,
  SEED,
} from './documents.ts';

const NEW_YEAR_2026 = 1_767_225_600_000_000;

function encoded(sheet: RequestSheet): string {
  return hexOf(compactCodec.encodeRequestSheet(sheet));
}

function encodedGrants(sheet: GrantSheet): string {
  return hexOf(compactCodec.encodeGrantSheet(sheet));
}

/** What a caller without types may hand over; it is checked all the same. */
function untypedRequests(sheet: unknown): RequestSheet {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the wrong type is what is tested
  return sheet as RequestSheet;
}

/** What a caller without types may hand over; it is checked all the same. */
function untypedGrants(sheet: unknown): GrantSheet {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the wrong type is what is tested
  return sheet as GrantSheet;
}

/** The map with its entries put in another order, chosen by `order`. */
function reordered<K, V>(map: ReadonlyMap<K, V>, order: readonly number[]): Map<K, V> {
  const entries = [...map].map((entry, index) => ({ entry, place: order[index] ?? 0 }));
  return new Map(entries.toSorted((a, b) => a.place - b.place).map(({ entry }) => entry));
}

describe('any document', () => {
  test('a request sheet is read as it was written', () => {
    fc.assert(
      fc.property(requestSheets, (sheet) => {
        const bytes = compactCodec.encodeRequestSheet(sheet);
        expect(bytes.length).toBeGreaterThan(0);
        expect(sameRequestSheet(compactCodec.decodeRequestSheet(bytes), sheet)).toBe(true);
      }),
      { seed: SEED, numRuns: 400 },
    );
  });

  test('the mark that a name opens with is part of the name, however long that is', () => {
    for (const length of [1, 20, 70, 250]) {
      const sheet = requestSheet(1, { [`\ufeff${'a'.repeat(length)}`]: 1 });
      const bytes = compactCodec.encodeRequestSheet(sheet);
      expect(compactCodec.decodeRequestSheet(bytes)).toEqual(sheet);
    }
  });

  test('a grant sheet is read as it was written', () => {
    fc.assert(
      fc.property(grantSheets, (sheet) => {
        const bytes = compactCodec.encodeGrantSheet(sheet);
        expect(bytes.length).toBeGreaterThan(0);
        expect(sameGrantSheet(compactCodec.decodeGrantSheet(bytes), sheet)).toBe(true);
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  test('the order of entries does not change the bytes of a request sheet', () => {
    const orders = fc.array(fc.nat(), { minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(requestSheets, orders, (sheet, order) => {
        const other = {
          ...sheet,
          requests: reordered(sheet.requests, order),
          labels: reordered(sheet.labels, order),
        };
        expect(encoded(other)).toBe(encoded(sheet));
      }),
      { seed: SEED },
    );
  });

  test('the order of entries does not change the bytes of a grant sheet', () => {
    const orders = fc.array(fc.nat(), { minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(grantSheets, orders, (sheet, order) => {
        const other = [...sheet].map(
          ([lock, units]) => [lock, reordered(units, order.toReversed())] as const,
        );
        expect(encodedGrants(reordered(new Map(other), order))).toBe(encodedGrants(sheet));
      }),
      { seed: SEED },
    );
  });
});

describe('the bytes of a request sheet', () => {
  test('an empty one is a version', () => {
    expect(encoded(EMPTY_REQUEST_SHEET)).toBe('9101');
  });

  test('locks stand in order, with how far their tickets are from the last one', () => {
    // [1, 300, ["migrate", 255, "restart", 0]]
    expect(encoded(requestSheet(300, { restart: 300, migrate: 45 }))).toBe(
      hexOf(bytesOf('93 01 cd012c 94 a7 6d696772617465 ccff a7 72657374617274 00')),
    );
  });

  test('a ticket of our time is a float of eight bytes', () => {
    // [1, 1767225600000000, ["restart", 1]]
    expect(encoded(requestSheet(NEW_YEAR_2026, { restart: NEW_YEAR_2026 - 1 }))).toBe(
      hexOf(bytesOf('93 01 cb43191d2118810000 92 a7 72657374617274 01')),
    );
  });

  test('what is empty in the middle keeps its place', () => {
    // [1, 0, [], ["rack", "1", "zone", "a"], 7, 1]
    const labels = new Map([
      ['zone', 'a'],
      ['rack', '1'],
    ]);
    expect(encoded(requestSheet(0, {}, { labels, nonce: 7, fromStash: true }))).toBe(
      hexOf(bytesOf('96 01 00 90 94 a4 7261636b a1 31 a4 7a6f6e65 a1 61 07 01')),
    );
  });

  test('each is a buffer of its own, which later documents leave alone', () => {
    const first = compactCodec.encodeRequestSheet(requestSheet(300));
    compactCodec.encodeRequestSheet(requestSheet(299));
    expect(first.buffer.byteLength).toBe(first.length);
    expect(hexOf(first)).toBe('9201cd012c');
  });
});

describe('the bytes of a grant sheet', () => {
  test('an empty one is a version', () => {
    expect(encodedGrants(EMPTY_GRANT_SHEET)).toBe('9101');
  });

  test('units are numbers under one application, tickets are differences from the smallest', () => {
    // [1, "db", 900, "__proto__", [2, 0], "restart", [2, 100, 10, 400]]
    const sheet = grantSheet(
      ['restart', { 'db/10': 1300, 'db/2': 1000 }],
      ['__proto__', { 'db/2': 900 }],
    );
    expect(encodedGrants(sheet)).toBe(
      hexOf(
        bytesOf(
          '97 01 a2 6462 cd0384 a9 5f5f70726f746f5f5f 92 02 00 a7 72657374617274 94 02 64 0a cd0190',
        ),
      ),
    );
  });

  test('a lock without grants is left out', () => {
    expect(encodedGrants(grantSheet(['restart', {}]))).toBe('9101');
    expect(encodedGrants(grantSheet(['a', {}], ['b', { 'db/0': 5 }]))).toBe(
      hexOf(bytesOf('95 01 a2 6462 05 a1 62 92 00 00')),
    );
  });
});

describe('a document that must not be written', () => {
  test.each<[string, RequestSheet, RegExp]>([
    [
      'a request above the last ticket',
      { ...requestSheet(5, { restart: 5 }), lastTicket: 4 },
      /an open request has a ticket above lastTicket/,
    ],
    [
      'a lock name with a control character',
      untypedRequests({ ...requestSheet(5), requests: new Map([['a\nb', 1]]) }),
      /"requests": "a\\nb": expected 1 to 256 bytes/,
    ],
    [
      'a lock name of 257 bytes',
      untypedRequests({ ...requestSheet(5), requests: new Map([['a'.repeat(257), 1]]) }),
      /"requests": "a{60}"…: expected 1 to 256 bytes/,
    ],
    ['a fraction', requestSheet(0.5), /"lastTicket": expected int/],
    ['a negative nonce', requestSheet(0, {}, { nonce: -1 }), /"nonce": expected int from 0/],
    [
      'half of a surrogate pair in a label',
      requestSheet(0, {}, { labels: new Map([['zone', 'a\ud800']]) }),
      /"labels": "zone": does not have the form/,
    ],
    [
      'too many labels',
      requestSheet(
        0,
        {},
        {
          labels: new Map(Array.from({ length: 33 }, (_, index) => [`${index}`, ''])),
        },
      ),
      /"labels": the map is above the largest allowed, 32/,
    ],
    ['no sheet at all', untypedRequests(undefined), /expected object/],
  ])('%s', (_, sheet, message) => {
    const error = refusal(() => compactCodec.encodeRequestSheet(sheet));
    expect(error.code).toBe('SCHEMA_MISMATCH');
    expect(error.message).toMatch(/^not a valid request sheet: /);
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain('\n');
  });

  test('grants to units of two applications, which are both named', () => {
    const sheet = grantSheet(['restart', { 'db/1': 5 }], ['migrate', { 'db/2': 5, 'web/1': 5 }]);
    const error = refusal(() => compactCodec.encodeGrantSheet(sheet));
    expect(error.code).toBe('SCHEMA_MISMATCH');
    expect(error.message).toContain('applications "db" and "web"');
  });

  test('a grant to what is no unit, with the report of the schema as the cause', () => {
    const sheet = untypedGrants(new Map([['restart', new Map([['db', 1]])]]));
    const error = refusal(() => compactCodec.encodeGrantSheet(sheet));
    expect(error.code).toBe('SCHEMA_MISMATCH');
    expect(error.message).toMatch(/"restart": "db": expected an application, a slash and a number/);
    expect(error.cause).toHaveProperty('issues');
  });

  test('a sheet of more than 1 MiB', () => {
    const requests = Object.fromEntries(
      Array.from({ length: 5000 }, (_, index) => [`${index}`.padStart(256, '.'), 1]),
    );
    const error = refusal(() => compactCodec.encodeRequestSheet(requestSheet(1, requests)));
    expect(error.code).toBe('TOO_LARGE');
    expect(error.message).toMatch(/this request sheet would be 13\d{5} bytes long.*1048576/);
  });

  test('a sheet of more units than a function takes arguments', () => {
    const units = Object.fromEntries(
      Array.from({ length: 160_000 }, (_, index) => [`db/${index}`, NEW_YEAR_2026 + index]),
    );
    const error = refusal(() => compactCodec.encodeGrantSheet(grantSheet(['restart', units])));
    expect(error.code).toBe('TOO_LARGE');
  });
});
