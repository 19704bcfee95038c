import assert from 'node:assert/strict';
import { inspect } from 'node:util';

import {
  CodecError,
  EMPTY_GRANT_SHEET,
  EMPTY_REQUEST_SHEET,
  grantSheetSchema,
  requestSheetSchema,
  sameGrantSheet,
  sameRequestSheet,
  type Codec,
  type GrantSheet,
  type RequestSheet,
} from '@baton/coordinator';

import { grantSheet, ODD_LOCK_NAMES, requestSheet } from './documents.ts';

/** One thing that every Codec must do. It throws, with an assertion that says why, where a codec does not. */
export interface CodecCase {
  /** The behaviour, as a sentence. */
  readonly name: string;
  /** Runs it. */
  run(codec: Codec): void;
}

const NOW = 1_795_000_000_000_000;

/** How many bytes of each document are damaged: its layout is at the front. */
const DAMAGED_MAX = 64;

const requestSheets: readonly RequestSheet[] = [
  EMPTY_REQUEST_SHEET,
  requestSheet({ requests: [['restart', NOW]], nonce: 1 }),
  requestSheet({
    lastTicket: Number.MAX_SAFE_INTEGER,
    requests: [
      ['restart', 1],
      ['upgrade', Number.MAX_SAFE_INTEGER],
    ],
    labels: [
      ['zone', 'eu-1'],
      ['', ''],
      ['__proto__', 'x'.repeat(256)],
    ],
    nonce: Number.MAX_SAFE_INTEGER,
    fromStash: true,
  }),
  requestSheet({ requests: ODD_LOCK_NAMES.map((lock, index) => [lock, NOW + index]) }),
  requestSheet({ labels: Array.from({ length: 32 }, (_, index) => [`k${index}`, `v${index}`]) }),
];

const grantSheets: readonly GrantSheet[] = [
  EMPTY_GRANT_SHEET,
  grantSheet(['restart', 'db/0', NOW]),
  grantSheet(['restart', 'db/0', 1], ['restart', 'db/999', Number.MAX_SAFE_INTEGER]),
  grantSheet(['restart', 'ü-1/1', NOW], ['upgrade', 'ü-1/1', NOW], ['upgrade', 'ü-1/70', 5]),
  grantSheet(...ODD_LOCK_NAMES.map((lock, index) => [lock, `db/${index}`, NOW + index] as const)),
  grantSheet(
    ...Array.from({ length: 100 }, (_, index) => ['restart', `db/${index}`, NOW - index] as const),
  ),
];

/** Everything that a Codec must do. */
export const codecCases: readonly CodecCase[] = [
  {
    name: 'gives back the request sheet it was given',
    run: (codec) => {
      for (const sheet of requestSheets) {
        const back = codec.decodeRequestSheet(codec.encodeRequestSheet(sheet));
        assert.ok(sameRequestSheet(back, sheet), `${inspect(sheet)} became ${inspect(back)}`);
      }
    },
  },
  {
    name: 'gives back the grant sheet it was given',
    run: (codec) => {
      for (const sheet of grantSheets) {
        const back = codec.decodeGrantSheet(codec.encodeGrantSheet(sheet));
        assert.ok(sameGrantSheet(back, sheet), `${inspect(sheet)} became ${inspect(back)}`);
      }
    },
  },
  {
    name: 'gives the same bytes whatever the order of entries',
    run: (codec) => {
      for (const sheet of requestSheets) {
        const turned = {
          ...sheet,
          requests: new Map([...sheet.requests].toReversed()),
          labels: new Map([...sheet.labels].toReversed()),
        };
        assert.deepEqual(codec.encodeRequestSheet(turned), codec.encodeRequestSheet(sheet));
      }
      for (const sheet of grantSheets) {
        const turned = new Map(
          [...sheet].toReversed().map(([lock, units]) => [lock, new Map([...units].toReversed())]),
        );
        assert.deepEqual(codec.encodeGrantSheet(turned), codec.encodeGrantSheet(sheet));
      }
    },
  },
  {
    name: 'gives other bytes for other sheets',
    run: (codec) => {
      assertAllDiffer(requestSheets.map((sheet) => codec.encodeRequestSheet(sheet)));
      assertAllDiffer(grantSheets.map((sheet) => codec.encodeGrantSheet(sheet)));
    },
  },
  {
    name: 'never gives no bytes, and never the same buffer twice',
    run: (codec) => {
      for (const bytes of allBytes(codec)) assert.ok(bytes.length > 0, 'an empty document');
      const first = codec.encodeGrantSheet(grantSheet(['restart', 'db/0', 1]));
      const copy = Uint8Array.from(first);
      codec.encodeGrantSheet(grantSheet(['upgrade', 'db/9', 99]));
      assert.deepEqual(
        Uint8Array.from(first),
        copy,
        'encoding again changed what was given before',
      );
    },
  },
  {
    name: 'refuses to write a sheet that is not a valid one',
    run: (codec) => {
      const wrong = { ...requestSheet({ requests: [['restart', 5]] }), lastTicket: 4 };
      assertCodecError(() => codec.encodeRequestSheet(wrong), 'a request above lastTicket');
      const negative = { ...EMPTY_REQUEST_SHEET, nonce: -1 };
      assertCodecError(() => codec.encodeRequestSheet(negative), 'a negative nonce');
      const fraction = { ...EMPTY_REQUEST_SHEET, nonce: 0.5 };
      assertCodecError(() => codec.encodeRequestSheet(fraction), 'a broken nonce');
    },
  },
  {
    name: 'rejects documents that were cut off or have something after them',
    run: (codec) => {
      for (const bytes of allBytes(codec)) {
        for (let length = 0; length < bytes.length; length += 1) {
          assertChecked(codec, bytes.subarray(0, length));
        }
        assertChecked(codec, Uint8Array.from([...bytes, ...bytes]));
      }
      assertCodecError(() => codec.decodeRequestSheet(new Uint8Array()), 'no bytes');
      assertCodecError(() => codec.decodeGrantSheet(new Uint8Array()), 'no bytes');
    },
  },
  {
    name: 'gives a valid sheet or a CodecError for whatever bytes it reads',
    run: (codec) => {
      for (const bytes of allBytes(codec)) {
        for (let index = 0; index < Math.min(bytes.length, DAMAGED_MAX); index += 1) {
          for (const flip of [0x01, 0x10, 0x80, 0xff]) {
            const damaged = Uint8Array.from(bytes);
            damaged[index] = (damaged[index] ?? 0) ^ flip;
            assertChecked(codec, damaged);
          }
        }
      }
      for (let byte = 0; byte < 256; byte += 1) {
        assertChecked(codec, Uint8Array.of(byte));
        assertChecked(codec, new Uint8Array(64).fill(byte));
        assertChecked(codec, Uint8Array.of(byte, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff));
      }
    },
  },
  {
    name: 'reads bytes that lie inside a larger buffer',
    run: (codec) => {
      for (const sheet of requestSheets) {
        const bytes = codec.encodeRequestSheet(sheet);
        const around = new Uint8Array(bytes.length + 16).fill(0xff);
        around.set(bytes, 7);
        const back = codec.decodeRequestSheet(around.subarray(7, 7 + bytes.length));
        assert.ok(sameRequestSheet(back, sheet), inspect(sheet));
      }
    },
  },
  {
    name: 'changes no prototype',
    run: (codec) => {
      const before = Object.getOwnPropertyNames(Object.prototype).toSorted();
      for (const bytes of allBytes(codec)) assertChecked(codec, bytes);
      assert.deepEqual(Object.getOwnPropertyNames(Object.prototype).toSorted(), before);
      const back = codec.decodeRequestSheet(
        codec.encodeRequestSheet(requestSheet({ requests: [['__proto__', 5]] })),
      );
      assert.equal(Object.getPrototypeOf(back.requests), Map.prototype);
    },
  },
];

function allBytes(codec: Codec): readonly Uint8Array[] {
  return [
    ...requestSheets.map((sheet) => codec.encodeRequestSheet(sheet)),
    ...grantSheets.map((sheet) => codec.encodeGrantSheet(sheet)),
  ];
}

function assertAllDiffer(encoded: readonly Uint8Array[]): void {
  const texts = new Set(encoded.map((bytes) => bytes.join()));
  assert.equal(texts.size, encoded.length, 'two sheets have the same bytes');
}

/** Checks that reading gives a valid sheet, which can be written again, or a CodecError. */
function assertChecked(codec: Codec, bytes: Uint8Array): void {
  const copy = Uint8Array.from(bytes);
  const request = codecErrorOr(() => codec.decodeRequestSheet(copy), copy);
  if (request !== undefined) {
    if (!requestSheetSchema.safeParse(request).success) assert.fail(notValid(request));
    codec.encodeRequestSheet(request);
  }
  const grants = codecErrorOr(() => codec.decodeGrantSheet(copy), copy);
  if (grants !== undefined) {
    if (!grantSheetSchema.safeParse(grants).success) assert.fail(notValid(grants));
    codec.encodeGrantSheet(grants);
  }
  assert.ok(Buffer.from(copy).equals(bytes), 'reading changed the bytes');
}

function notValid(sheet: RequestSheet | GrantSheet): string {
  return `reading gave what is not a valid sheet: ${inspect(sheet)}`;
}

// Messages are made where they are needed: these checks run many thousand times.
function codecErrorOr<T>(decode: () => T, bytes: Uint8Array): T | undefined {
  try {
    return decode();
  } catch (error) {
    if (CodecError.is(error)) return undefined;
    const hex = Buffer.from(bytes).toString('hex');
    return assert.fail(`reading ${hex} threw ${inspect(error)}, no CodecError`);
  }
}

function assertCodecError(call: () => unknown, what: string): void {
  let result: unknown;
  try {
    result = call();
  } catch (error) {
    assert.ok(CodecError.is(error), `${what}: expected a CodecError, got ${inspect(error)}`);
    return;
  }
  assert.fail(`${what}: expected a CodecError, got ${inspect(result)}`);
}
