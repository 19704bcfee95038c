import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  GobError,
  GobReader,
  GobWriter,
  JujucClient,
  JujucServer,
  type GobErrorCode,
  type GobLimits,
  type GobStructType,
} from '../../src/gob/index.ts';

const file = new URL('../fixtures/gob-transcript.txt', import.meta.url);
const transcript = (side: string): Buffer =>
  Buffer.concat(
    [...readFileSync(file, 'utf8').matchAll(new RegExp(`^${side}: (.+)$`, 'gm'))].map(
      ([, hex = '']) => Buffer.from(hex, 'hex'),
    ),
  );
const client = transcript('client');
const server = transcript('server');

interface Reader {
  push(chunk: Uint8Array): void;
  next(): unknown;
  end(): void;
}

/** Reads to the end; the code of the GobError that it meets, if any. What else is thrown goes on. */
function outcome(reader: Reader, bytes: Uint8Array): GobErrorCode | 'read' {
  try {
    reader.push(bytes);
    while (reader.next() !== undefined);
    reader.end();
    return 'read';
  } catch (error) {
    if (GobError.is(error)) return error.code;
    throw error;
  }
}

const OUTCOMES = ['read', 'MALFORMED', 'TRUNCATED', 'TOO_LARGE', 'UNSUPPORTED'];

const sides = [
  ['client', client, () => new JujucServer()],
  ['server', server, () => new JujucClient()],
  ['either', server, () => new GobReader()],
] as const;

describe.each(sides)('what a %s sends', (_side, whole, reader) => {
  it('is TRUNCATED wherever it ends, unless that is after a message', () => {
    const codes = new Set<string>();
    for (let length = 0; length < whole.length; length++) {
      codes.add(outcome(reader(), whole.subarray(0, length)));
    }
    expect([...codes].toSorted()).toEqual(['TRUNCATED', 'read']);
    expect(outcome(reader(), whole)).toBe('read');
  });

  it('is read or refused with a GobError, whichever byte is another', () => {
    for (let position = 0; position < whole.length; position++) {
      for (const byte of [0, 1, 0x7f, 0x80, 0xf8, 0xf7, 0xff, (whole[position] ?? 0) ^ 1]) {
        const changed = Uint8Array.from(whole);
        changed[position] = byte;
        expect(OUTCOMES).toContain(outcome(reader(), changed));
      }
    }
  });

  it('is read or refused with a GobError, whatever is cut out and put in', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(whole.length), fc.nat(12), fc.uint8Array({ maxLength: 12 })), {
          minLength: 1,
          maxLength: 4,
        }),
        (edits) => {
          let bytes = [...whole];
          for (const [start, cut, put] of edits) bytes = bytes.toSpliced(start, cut, ...put);
          expect(OUTCOMES).toContain(outcome(reader(), Uint8Array.from(bytes)));
        },
      ),
      { seed: 4, numRuns: 2000 },
    );
  });

  it('is read or refused with a GobError, though it is noise', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        expect(OUTCOMES).toContain(outcome(reader(), noise));
      }),
      { seed: 4, numRuns: 1000 },
    );
  });
});

/** A message, from the hexadecimal of what is in it. */
function message(content: string): Buffer {
  const bytes = Buffer.from(content.replaceAll(' ', ''), 'hex');
  return Buffer.concat([Buffer.of(bytes.length), bytes]);
}
/** Type 65 is a list of itself. */
const LIST_OF_ITSELF = 'ff81 02 01 02 ff82 00 01 ff82 00 00';
/** Type 65 is a struct whose one field is of a type. */
const structOf = (id: string): string => `ff81 03 01 02 ff82 00 01 01 02 ${id} 00 00 00`;

it.each<readonly [what: string, contents: readonly string[], code: GobErrorCode, says: string]>([
  ['a message without content', [''], 'MALFORMED', 'without content'],
  ['a number of nine bytes', ['f7 00'], 'MALFORMED', '9 bytes'],
  ['a value of a type that nobody defined', ['ff82 00'], 'MALFORMED', 'not defined'],
  ['a value of a type of Go that is not read', ['08 00 01'], 'UNSUPPORTED', 'type 4'],
  ['a value of no type', ['00 00 00'], 'UNSUPPORTED', 'type 0'],
  ['a definition of a type that is Go’s own', ['0b 00'], 'MALFORMED', 'own'],
  ['a definition of nothing', ['ff81 00'], 'MALFORMED', 'nothing'],
  ['a definition of an array', ['ff81 01 00 00'], 'UNSUPPORTED', 'array'],
  ['a definition of a map', ['ff81 04 00 00'], 'UNSUPPORTED', 'map'],
  ['a definition of what is not a kind', ['ff81 7f 00'], 'MALFORMED', 'field'],
  ['a list of a type without an id', ['ff81 02 01 00 00 00'], 'MALFORMED', 'without an id'],
  [
    'a list of a type of a negative id',
    ['ff81 02 01 00 01 01 00 00'],
    'MALFORMED',
    'without an id',
  ],
  ['a type that is defined twice', [LIST_OF_ITSELF, LIST_OF_ITSELF], 'MALFORMED', 'second'],
  ['a type of an id beyond 2^31', ['fb 01ffffffff 00'], 'MALFORMED', 'of id'],
  ['a list without the zero before it', [LIST_OF_ITSELF, 'ff82 01'], 'MALFORMED', 'zero'],
  ['a list of more than there is', [LIST_OF_ITSELF, 'ff82 00 05'], 'MALFORMED', 'more follows'],
  [
    'a list too deep',
    [LIST_OF_ITSELF, `ff82 00 ${'01'.repeat(40)}00`],
    'TOO_LARGE',
    'more than 32 deep',
  ],
  ['bytes after a value', [LIST_OF_ITSELF, 'ff82 00 00 00'], 'MALFORMED', '1 bytes too many'],
  ['bytes after a definition', [`${LIST_OF_ITSELF} 00`], 'MALFORMED', '1 bytes too many'],
  ['a field that the struct does not have', [structOf('04'), 'ff82 02 00'], 'MALFORMED', 'field'],
  ['a field of a type that is not read', [structOf('08'), 'ff82 01 00'], 'UNSUPPORTED', 'type 4'],
  [
    'a number that runs past its message',
    [structOf('04'), 'ff82 01 fe 01'],
    'MALFORMED',
    'a number',
  ],
  [
    'text that runs past its message',
    [structOf('0c'), 'ff82 01 09 00'],
    'MALFORMED',
    'more follows',
  ],
])('refuses %s', (_what, contents, code, says) => {
  const reader = new GobReader();
  const bytes = Buffer.concat(contents.map(message));
  expect(outcome(reader, bytes)).toBe(code);
  expect(() => reader.next()).toThrow(says);
  // The connection stays refused, with the same error.
  expect(outcome(reader, client)).toBe(code);
  expect(() => reader.end()).toThrow(says);
});

it('refuses a message of 2^64 - 1 bytes when it is announced', () => {
  const reader = new GobReader();
  expect(outcome(reader, Buffer.from('f8ffffffffffffffff', 'hex'))).toBe('TOO_LARGE');
});

it('reads what is no struct by the zero before it, and a type of a recursive kind', () => {
  const reader = new GobReader();
  for (const content of [
    LIST_OF_ITSELF,
    'ff82 00 02 00 01 00',
    '0c 00 01 78',
    '02 00 01',
    '04 00 03',
  ]) {
    reader.push(message(content));
  }
  expect(reader.next()?.value).toEqual([[], [[]]]);
  expect(reader.next()).toEqual({ typeName: 'string', value: 'x' });
  expect(reader.next()).toEqual({ typeName: 'bool', value: true });
  expect(reader.next()).toEqual({ typeName: 'int', value: -2n });
  expect(reader.next()).toBeUndefined();
});

it.each<readonly [limits: Partial<GobLimits>, expected: string]>([
  [{ messageBytesMax: 101 }, 'TOO_LARGE'],
  [{ messageBytesMax: 102 }, 'read'],
  [{ typesMax: 2 }, 'TOO_LARGE'],
  [{ typesMax: 3 }, 'read'],
  [{ valuesMax: 4 }, 'TOO_LARGE'],
  [{ depthMax: 1 }, 'TOO_LARGE'],
])('keeps to the limits %j', (limits, expected) => {
  expect(outcome(new GobReader(limits), client)).toBe(expected);
});

it('refuses a call whose number is below zero', () => {
  const header: GobStructType = {
    kind: 'struct',
    name: 'Request',
    fields: [{ name: 'Seq', type: 'int' }],
  };
  const nothing: GobStructType = { kind: 'struct', name: '', fields: [] };
  const numbered = (seq: bigint): Uint8Array =>
    new GobWriter().write([header, new Map([['Seq', seq]])], [nothing, new Map()]);
  for (const make of [() => new JujucServer(), () => new JujucClient()]) {
    expect(outcome(make(), numbered(1n))).toBe('read');
    expect(outcome(make(), numbered(-1n))).toBe('MALFORMED');
  }
});
