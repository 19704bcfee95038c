import fc from 'fast-check';
import { Packr } from 'msgpackr/pack';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import {
  CodecError,
  compactCodec,
  grantSheetSchema,
  requestSheetSchema,
  sameGrantSheet,
  sameRequestSheet,
  type CodecErrorCode,
} from '@baton/coordinator';

import { bytesOf, grantSheet, hexOf, refusal, requestSheet, SEED } from './documents.ts';

const NEW_YEAR_2026 = 1_767_225_600_000_000;

const REQUESTS = compactCodec.encodeRequestSheet(
  requestSheet(
    NEW_YEAR_2026,
    { restart: NEW_YEAR_2026, constructor: 40_000, 'é🔒': NEW_YEAR_2026 - 70_000 },
    { labels: new Map([['zone', 'a']]), nonce: 300, fromStash: true },
  ),
);

const GRANTS = compactCodec.encodeGrantSheet(
  grantSheet(
    ['restart', { 'db/0': NEW_YEAR_2026, 'db/300': NEW_YEAR_2026 + 70_000 }],
    ['__proto__', { 'db/7': NEW_YEAR_2026 + 1 }],
  ),
);

const decodeRequests = (bytes: Uint8Array): unknown => compactCodec.decodeRequestSheet(bytes);
const decodeGrants = (bytes: Uint8Array): unknown => compactCodec.decodeGrantSheet(bytes);

const packr = new Packr({ useRecords: false });

/** Bytes of any value, as somebody else's MessagePack library writes them. */
function packed(value: unknown): Uint8Array {
  return new Uint8Array(packr.pack(value));
}

function ofCode(code: CodecErrorCode, attempt: () => unknown): CodecError {
  const error = refusal(attempt);
  expect({ code: error.code, message: error.message }).toMatchObject({ code });
  expect(error.message).not.toContain('\n');
  expect(error.message.length).toBeLessThan(400);
  return error;
}

/**
 * Reads bytes as either document and says how often that worked. What comes is a document that can be
 * written and read again, or a CodecError.
 */
function readEither(bytes: Uint8Array): number {
  const attempts = [
    () => {
      const sheet = compactCodec.decodeRequestSheet(bytes);
      const again = compactCodec.decodeRequestSheet(compactCodec.encodeRequestSheet(sheet));
      return requestSheetSchema.safeParse(sheet).success && sameRequestSheet(again, sheet);
    },
    () => {
      const sheet = compactCodec.decodeGrantSheet(bytes);
      const again = compactCodec.decodeGrantSheet(compactCodec.encodeGrantSheet(sheet));
      return grantSheetSchema.safeParse(sheet).success && sameGrantSheet(again, sheet);
    },
  ];
  let read = 0;
  for (const attempt of attempts) {
    try {
      if (!attempt()) throw new Error(`no document came of ${hexOf(bytes)}`);
      read += 1;
    } catch (error) {
      if (!CodecError.is(error)) throw error;
    }
  }
  return read;
}

/** What a polluted prototype would show. */
function prototypes(): string {
  return [Object.prototype, Array.prototype, Map.prototype, Function.prototype]
    .map((prototype) => Reflect.ownKeys(prototype).map(String).join())
    .join('\n');
}

let before = '';
beforeEach(() => {
  before = prototypes();
});
afterEach(() => {
  if (prototypes() !== before) throw new Error(`a prototype changed:\n${prototypes()}`);
});

describe('damaged bytes', () => {
  test.each([
    ['request', REQUESTS, decodeRequests],
    ['grant', GRANTS, decodeGrants],
  ])('a %s sheet cut anywhere is malformed', (_, bytes, decode) => {
    for (let length = 0; length < bytes.length; length += 1) {
      ofCode('MALFORMED', () => decode(bytes.subarray(0, length)));
    }
    expect(decode(bytes)).toBeDefined();
  });

  test('one byte too many is malformed', () => {
    const error = ofCode('MALFORMED', () =>
      compactCodec.decodeRequestSheet(Uint8Array.of(...REQUESTS, 0)),
    );
    expect(error.message).toContain(`byte ${REQUESTS.length} of ${REQUESTS.length + 1}`);
  });

  test.each([
    ['request', REQUESTS],
    ['grant', GRANTS],
  ])('any byte of a %s sheet may be any other', (_, bytes) => {
    const read: number[] = [];
    for (let index = 0; index < bytes.length; index += 1) {
      for (let byte = 0; byte < 256; byte += 1) read.push(readEither(bytes.with(index, byte)));
    }
    expect(read).toContain(0);
    expect(read).toContain(1);
  });

  test('random bytes', () => {
    const read: number[] = [];
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        read.push(readEither(bytes));
      }),
      { seed: SEED, numRuns: 3000 },
    );
    expect(read).toContain(0);
  });

  test('random messages that open with the version', () => {
    const { message } = fc.letrec<{ message: unknown }>((tie) => ({
      message: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom('db', 'restart', 'zone', '__proto__', '', 'a\nb', 'db/1'),
        fc.constantFrom(0, 1, 2, 100, NEW_YEAR_2026, -1, Number.MAX_SAFE_INTEGER),
        fc.array(tie('message'), { maxLength: 6 }),
      ),
    }));
    const read: number[] = [];
    fc.assert(
      fc.property(fc.array(message, { maxLength: 6 }), (rest) => {
        read.push(readEither(packed([1, ...rest])));
      }),
      { seed: SEED, numRuns: 3000 },
    );
    expect(read).toContain(0);
    expect(read).toContain(1);
  });

  test('the bytes handed over are left as they were', () => {
    const bytes = Uint8Array.from(GRANTS);
    compactCodec.decodeGrantSheet(bytes);
    expect(hexOf(bytes)).toBe(hexOf(GRANTS));
    expect(Object.keys(bytes).filter((key) => !/^\d+$/.test(key))).toEqual([]);
  });

  test('a window on a larger buffer shows nothing of the rest', () => {
    const larger = Uint8Array.of(0xc1, ...REQUESTS, 0xc1);
    const sheet = compactCodec.decodeRequestSheet(larger.subarray(1, -1));
    expect(hexOf(compactCodec.encodeRequestSheet(sheet))).toBe(hexOf(REQUESTS));
  });
});

describe('bytes made to do harm', () => {
  test.each([
    ['an array of 2^32 - 1', '92 01 ddffffffff', /promises 4294967295 entries and 0 bytes/],
    ['an outermost array of 2^32 - 1', 'ddffffffff 01', /promises 4294967295 entries/],
    ['an array of 65535', '93 01 05 dcffff 00', /promises 65535 entries/],
    ['text of 2^32 - 1 bytes', '92 01 dbffffffff 61', /4294967295 bytes more and 1 are left/],
    ['text of 255 bytes', '92 01 d9ff 61', /255 bytes more and 1 are left/],
    ['six arrays in one another', '92 01 91 91 91 91 91 01', /nests more than 4 arrays/],
    ['a map', '93 01 05 81 a1 61 01', /0x81/],
    ['a map that names __proto__', '92 01 81 a9 5f5f70726f746f5f5f 80', /0x81/],
    ['nil', '92 01 c0', /0xc0/],
    ['the byte that is never used', '92 01 c1', /0xc1/],
    ['a boolean', '92 01 c3', /0xc3/],
    ['binary', '92 01 c4 01 00', /0xc4/],
    ['an extension', '92 01 d4 72 40', /0xd4/],
    ['a float of four bytes', '92 01 ca3f800000', /0xca/],
    ['a fraction', '92 01 cb3ff8000000000000', /holds 1.5/],
    ['not a number', '92 01 cb7ff8000000000000', /holds NaN/],
    ['infinity', '92 01 cb7ff0000000000000', /holds Infinity/],
    ['2^53', '92 01 cf0020000000000000', /holds 9007199254740992/],
    ['2^53 + 1', '92 01 cf0020000000000001', /without loss/],
    ['-2^63', '92 01 d38000000000000000', /without loss/],
    ['text that is not UTF-8', '93 01 05 92 a1 ff 00', /not UTF-8/],
    ['half of a surrogate pair', '93 01 05 92 a3 eda080 00', /not UTF-8/],
    ['an overlong character', '93 01 05 92 a2 c080 00', /not UTF-8/],
    ['a map instead of a sheet', '80', /0x80/],
    ['no bytes', '', /byte 0 of 0/],
  ])('%s is malformed', (_, hex, message) => {
    const error = ofCode('MALFORMED', () => compactCodec.decodeRequestSheet(bytesOf(hex)));
    expect(error.message).toMatch(message);
    ofCode('MALFORMED', () => compactCodec.decodeGrantSheet(bytesOf(hex)));
  });

  test('a million arrays in one another are malformed, and no stack overflows', () => {
    const bytes = new Uint8Array(1024 * 1024).fill(0x91);
    const error = ofCode('MALFORMED', () => compactCodec.decodeRequestSheet(bytes));
    expect(error.message).toMatch(/byte 4 of 1048576 nests more than 4 arrays/);
  });

  test('a mebibyte is read and a byte more is not looked at', () => {
    const bytes = new Uint8Array(1024 * 1024 + 1);
    const error = ofCode('TOO_LARGE', () => compactCodec.decodeGrantSheet(bytes));
    expect(error.message).toMatch(/1048577 bytes long, and the compact form allows 1048576/);
    ofCode('SCHEMA_MISMATCH', () => {
      const message = bytes.subarray(1);
      // An array of all the numbers that fit, which is as long as a list of what is wrong could get.
      message.set(bytesOf('93 01 05 dd000ffff8'));
      compactCodec.decodeRequestSheet(message);
    });
  });

  test.each([0, 3, 127, 128, 70_000, -1])('version %i is refused by its number', (version) => {
    // What follows is of a kind that this version does not use.
    const bytes = packed([version, { units: null }]);
    for (const decode of [decodeRequests, decodeGrants]) {
      const error = ofCode('UNSUPPORTED_VERSION', () => decode(bytes));
      expect(error.message).toContain(`version ${version} of the compact form`);
      expect(error.message).toContain('only versions 1 and 2 are understood');
    }
  });
});

describe('a message that is no request sheet', () => {
  const OVERFLOW = Number.MAX_SAFE_INTEGER;
  test.each<[string, unknown, RegExp]>([
    ['a number', 1, /expected a list/],
    ['text', 'restart', /expected a list/],
    ['an empty array', [], /does not open with a version/],
    ['without a version', ['restart'], /does not open with a version/],
    ['a grant sheet', [1, 'db', 5, 'restart', [1, 0]], /"lastTicket": expected int from 0/],
    ['with a seventh member', [1, 0, [], [], 0, 0, 0], /7 members; at most 6/],
    ['with a flag of a later time', [1, 0, [], [], 0, 2], /"flags": 2 is above/],
    ['with a negative last ticket', [1, -1], /"lastTicket": /],
    ['with a negative nonce', [1, 0, [], [], -1], /"nonce": /],
    ['with a lock without a ticket', [1, 5, ['a', 0, 'b']], /pairs and has 3 entries/],
    ['with a lock twice', [1, 5, ['a', 0, 'a', 1]], /the lock "a" is listed twice/],
    ['with a number for a lock', [1, 5, [1, 1]], /1 is not the name of a lock/],
    ['with a list for a lock', [1, 5, [[], 1]], /a list is not the name of a lock/],
    ['with an empty name', [1, 5, ['', 0]], /"" is not the name of a lock/],
    ['with a control character', [1, 5, ['a\u0085', 0]], /is not the name of a lock/],
    ['with a name of 257 bytes', [1, 5, ['a'.repeat(257), 0]], /"a{60}"… is not the name/],
    ['with a ticket of 0', [1, 5, ['a', 5]], /the request for "a" is 5 before the last ticket, 5/],
    ['with a ticket above the last', [1, 5, ['a', -1]], /the request for "a" is -1 before/],
    ['with text for a ticket', [1, 5, ['a', 'b']], /the request for "a" is "b" before/],
    ['with a label without text', [1, 0, [], ['zone']], /pairs and has 1 entries/],
    ['with a number for a label', [1, 0, [], ['zone', 1]], /"zone" is 1; both should be text/],
    ['with a label twice', [1, 0, [], ['a', 'b', 'a', 'c']], /the label "a" is listed twice/],
    ['with a label too long', [1, 0, [], ['a', 'b'.repeat(257)]], /"labels": "a": .*above .* 256/],
    ['with 33 labels', [1, 0, [], Array.from({ length: 66 }, String)], /33 labels; at most 32/],
    ['with a last ticket for requests', [1, 0, OVERFLOW], /"requests": expected a list/],
  ])('%s', (_, value, message) => {
    const error = ofCode('SCHEMA_MISMATCH', () => compactCodec.decodeRequestSheet(packed(value)));
    expect(error.message).toMatch(/^not a valid request sheet: /);
    expect(error.message).toMatch(message);
  });

  test('the report of the schema is the cause', () => {
    const error = refusal(() => compactCodec.decodeRequestSheet(packed([1, 5, ['', 0]])));
    expect(error.cause).toHaveProperty('issues');
  });
});

describe('a message that is no grant sheet', () => {
  const LARGE = Number.MAX_SAFE_INTEGER;
  test.each<[string, unknown, RegExp]>([
    ['a number', 1, /expected a version alone/],
    ['a request sheet', [1, 5, ['a', 0]], /expected a version alone/],
    ['an application alone', [1, 'db'], /expected a version alone/],
    ['without a lock', [1, 'db', 5], /lists no lock/],
    ['with a lock without units', [1, 'db', 5, 'a'], /pairs and has 1 entries/],
    ['with no unit under a lock', [1, 'db', 5, 'a', []], /a list of at least one/],
    ['with a number for units', [1, 'db', 5, 'a', 1], /a list of at least one/],
    ['with a unit without a ticket', [1, 'db', 5, 'a', [1]], /pairs and has 1 entries/],
    ['with a lock twice', [1, 'db', 5, 'a', [1, 0], 'a', [2, 0]], /the lock "a" is listed twice/],
    ['with a number for a lock', [1, 'db', 5, 7, [1, 0]], /7 is not the name of a lock/],
    ['with a control character', [1, 'db', 5, '\t', [1, 0]], /"\\t" is not the name of a lock/],
    ['with a unit twice', [1, 'db', 5, 'a', [1, 0, 1, 2]], /"db\/1" is listed twice under "a"/],
    ['with a negative unit', [1, 'db', 5, 'a', [-1, 0]], /"db", number -1, .* is no unit/],
    ['with a unit number too long', [1, 'db', 5, 'a', [10 ** 15, 0]], /is no unit/],
    ['with a unit by its name', [1, 'db', 5, 'a', ['db/1', 0]], /"db", number "db\/1", .* no unit/],
    ['with two slashes', [1, 'db/1', 5, 'a', [1, 0]], /"db\/1", number 1, .* is no unit/],
    ['with no name', [1, '', 5, 'a', [1, 0]], /"", number 1, .* is no unit/],
    ['with a ticket of 0', [1, 'db', 0, 'a', [1, 0]], /to "db\/1" is 0 after 0: no ticket/],
    ['with a ticket below the base', [1, 'db', 5, 'a', [1, -1]], /to "db\/1" is -1 after 5/],
    ['with a ticket too large', [1, 'db', LARGE, 'a', [1, 1]], /is 1 after 9007199254740991/],
    ['with text for a ticket', [1, 'db', 5, 'a', [1, 'b']], /to "db\/1" is "b" after 5/],
  ])('%s', (_, value, message) => {
    const error = ofCode('SCHEMA_MISMATCH', () => compactCodec.decodeGrantSheet(packed(value)));
    expect(error.message).toMatch(/^not a valid grant sheet: /);
    expect(error.message).toMatch(message);
  });
});

describe('what other writers of MessagePack may do', () => {
  test.each([
    ['integers of 64 bits', '93 cf0000000000000001 d30006479a60000000 92 a1 61 d30000000000000007'],
    ['floats', '93 cb3ff0000000000000 cb43191e6980000000 92 a1 61 cb401c000000000000'],
    ['long headers', 'dd00000003 cc01 cf0006479a60000000 dc0002 db00000001 61 ce00000007'],
    ['shorter long headers', 'dc0003 cd0001 cf0006479a60000000 dd00000002 da0001 61 d200000007'],
    ['signed integers', '93 d001 cf0006479a60000000 92 d901 61 d10007'],
  ])('%s are read', (_, hex) => {
    const lastTicket = Number(0x0006479a60000000n);
    const sheet = compactCodec.decodeRequestSheet(bytesOf(hex));
    expect(sheet).toEqual(requestSheet(lastTicket, { a: lastTicket - 7 }));
  });

  test('a minus before a zero is not kept', () => {
    const sheet = compactCodec.decodeRequestSheet(bytesOf('92 01 cb8000000000000000'));
    expect(Object.is(sheet.lastTicket, 0)).toBe(true);
  });

  test('empty and zero members at the end may be written out', () => {
    const sheet = compactCodec.decodeRequestSheet(packed([1, 5, ['a', 1], [], 0, 0]));
    expect(sheet).toEqual(requestSheet(5, { a: 4 }));
  });

  test('entries may stand in any order', () => {
    const sheet = compactCodec.decodeGrantSheet(
      packed([1, 'db', 5, 'b', [10, 3, 2, 0], 'a', [1, 1]]),
    );
    expect(sheet).toEqual(grantSheet(['a', { 'db/1': 6 }], ['b', { 'db/2': 5, 'db/10': 8 }]));
  });
});
