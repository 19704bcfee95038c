import {
  CodecError,
  EMPTY_GRANT_SHEET,
  compactCodec,
  type Codec,
  type RequestSheet,
} from '@baton/coordinator';
import { codecCases, type CodecCase } from '@baton/storage-testkit';
import { runCodecTests } from '@baton/storage-testkit/vitest';
import { describe, expect, test } from 'vitest';

runCodecTests('compactCodec', compactCodec);

interface BrokenCodec {
  readonly name: string;
  readonly caughtBy: string;
  readonly codec: Codec;
}

function broken(name: string, caughtBy: string, parts: Partial<Codec>): BrokenCodec {
  return { name, caughtBy, codec: { ...compactCodec, ...parts } };
}

const scratch = new Uint8Array(65_536);

// Each of these codecs has one fault, and the case that is about it finds it.
const BROKEN_CODECS: readonly BrokenCodec[] = [
  broken('loses the nonce', 'gives back the request sheet it was given', {
    encodeRequestSheet: (sheet) => compactCodec.encodeRequestSheet({ ...sheet, nonce: 0 }),
  }),
  broken('loses the grants', 'gives back the grant sheet it was given', {
    decodeGrantSheet: () => EMPTY_GRANT_SHEET,
  }),
  broken(
    'writes entries in the order they come',
    'gives the same bytes whatever the order of entries',
    {
      encodeRequestSheet: (sheet) => withFirstLock(sheet),
    },
  ),
  broken('gives every grant sheet the same bytes', 'gives other bytes for other sheets', {
    encodeGrantSheet: () => compactCodec.encodeGrantSheet(EMPTY_GRANT_SHEET),
  }),
  broken(
    'gives no bytes for an empty sheet',
    'never gives no bytes, and never the same buffer twice',
    {
      encodeGrantSheet: (sheet) =>
        sheet.size === 0 ? new Uint8Array() : compactCodec.encodeGrantSheet(sheet),
    },
  ),
  broken('writes into one buffer', 'never gives no bytes, and never the same buffer twice', {
    encodeGrantSheet: (sheet) => {
      const bytes = compactCodec.encodeGrantSheet(sheet);
      scratch.set(bytes);
      return scratch.subarray(0, bytes.length);
    },
  }),
  broken('writes what is not valid', 'refuses to write a sheet that is not a valid one', {
    encodeRequestSheet: (sheet) =>
      compactCodec.encodeRequestSheet({ ...sheet, lastTicket: 9, nonce: 0 }),
  }),
  broken(
    'takes no bytes for an empty sheet',
    'rejects documents that were cut off or have something after them',
    {
      decodeGrantSheet: (bytes) =>
        bytes.length === 0 ? EMPTY_GRANT_SHEET : compactCodec.decodeGrantSheet(bytes),
    },
  ),
  broken(
    'throws what its parser throws',
    'gives a valid sheet or a CodecError for whatever bytes it reads',
    {
      decodeRequestSheet: (bytes) => {
        try {
          return compactCodec.decodeRequestSheet(bytes);
        } catch (error) {
          throw CodecError.is(error) ? new RangeError(error.message) : error;
        }
      },
    },
  ),
  broken('reads the whole buffer', 'reads bytes that lie inside a larger buffer', {
    decodeRequestSheet: (bytes) => compactCodec.decodeRequestSheet(new Uint8Array(bytes.buffer)),
  }),
  broken('gives maps of its own kind', 'changes no prototype', {
    decodeRequestSheet: (bytes) => {
      const sheet = compactCodec.decodeRequestSheet(bytes);
      return { ...sheet, requests: new (class OwnMap<K, V> extends Map<K, V> {})(sheet.requests) };
    },
  }),
];

function withFirstLock(sheet: RequestSheet): Uint8Array {
  const bytes = compactCodec.encodeRequestSheet(sheet);
  const first = [...sheet.requests.keys()][0] ?? '';
  return Uint8Array.from([...bytes, first.length]);
}

describe('the codec cases', () => {
  for (const { name, caughtBy, codec } of BROKEN_CODECS) {
    test(`catch a codec that ${name}: ${caughtBy}`, () => {
      const failing = codecCases.filter((one) => one.name === caughtBy && !passes(one, codec));
      expect(failing.map((one) => one.name)).toEqual([caughtBy]);
    });
  }

  test('each catch something', () => {
    const needed = new Set(BROKEN_CODECS.map(({ caughtBy }) => caughtBy));
    expect(codecCases.map(({ name }) => name).filter((name) => !needed.has(name))).toEqual([]);
  });
});

function passes(one: CodecCase, codec: Codec): boolean {
  try {
    one.run(codec);
    return true;
  } catch {
    return false;
  }
}
