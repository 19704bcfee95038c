import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  CodecError,
  compactCodec,
  decodeGrantForms,
  decodeRequestForms,
  encodeGrantForms,
  encodeRequestForms,
  type FoundForms,
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

const SHEET = requestSheet(
  NEW_YEAR_2026 + 5,
  { restart: NEW_YEAR_2026 },
  { labels: new Map([['zone', 'a']]), nonce: 7, fromStash: true },
);
const GRANTS = grantSheet(['restart', { 'db/0': NEW_YEAR_2026 }]);

const FORMS = encodeRequestForms(SHEET);
const GRANT_FORMS = encodeGrantForms(GRANTS);

const NEITHER: FoundForms = { compact: undefined, charmhelpers: undefined };

describe('of a document in both forms', () => {
  test('the compact one counts while the JSON is the one written with it', () => {
    expect(decodeRequestForms(FORMS)).toEqual({
      document: SHEET,
      writtenBy: 'baton',
      inStep: true,
    });
    expect(decodeGrantForms(GRANT_FORMS)).toEqual({
      document: GRANTS,
      writtenBy: 'baton',
      inStep: true,
    });
  });

  test('the JSON counts once it is another text, and what is not open in it is given up', () => {
    const charmhelpers = '{"restart": "2026-01-01 00:00:00.000007Z"}';
    expect(decodeRequestForms({ ...FORMS, charmhelpers })).toEqual({
      document: {
        ...requestSheet(0, { restart: NEW_YEAR_2026 + 7 }),
        lastTicket: Infinity,
      },
      writtenBy: 'charmhelpers',
      inStep: false,
    });
    expect(decodeGrantForms({ ...GRANT_FORMS, charmhelpers: '{"db/0": {}}' })).toEqual({
      document: new Map(),
      writtenBy: 'charmhelpers',
      inStep: false,
    });
  });

  test('the JSON counts when a unit without requests ran charmhelpers, which writes {} then', () => {
    const idle = encodeRequestForms(requestSheet(NEW_YEAR_2026));
    expect(decodeRequestForms(idle)?.writtenBy).toBe('baton');
    expect(decodeRequestForms({ ...idle, charmhelpers: '{}' })).toMatchObject({
      writtenBy: 'charmhelpers',
      document: { lastTicket: Infinity },
    });
  });

  test('the compact one counts where it was written alone: the JSON beside it is older', () => {
    const compact = compactCodec.encodeRequestSheet(SHEET);
    for (const charmhelpers of [FORMS.charmhelpers, '{}', 'not JSON', undefined]) {
      expect(decodeRequestForms({ compact, charmhelpers })).toEqual({
        document: SHEET,
        writtenBy: 'baton',
        inStep: false,
      });
    }
  });

  test('the compact one counts where the JSON is missing', () => {
    expect(decodeRequestForms({ ...FORMS, charmhelpers: undefined })).toEqual({
      document: SHEET,
      writtenBy: 'baton',
      inStep: false,
    });
  });

  test('the JSON counts where there is nothing else', () => {
    expect(decodeGrantForms({ ...GRANT_FORMS, compact: undefined })).toEqual({
      document: GRANTS,
      writtenBy: 'charmhelpers',
      inStep: false,
    });
  });

  test('there may be neither', () => {
    expect(decodeRequestForms(NEITHER)).toBeUndefined();
    expect(decodeGrantForms(NEITHER)).toBeUndefined();
  });
});

describe('an unreadable form', () => {
  test('is an error where it is the compact one, whatever the JSON says', () => {
    const compact = bytesOf('c1');
    expect(refusal(() => decodeRequestForms({ ...FORMS, compact })).code).toBe('MALFORMED');
    expect(refusal(() => decodeGrantForms({ ...GRANT_FORMS, compact })).code).toBe('MALFORMED');
  });

  test('is an error where it is the JSON that was written last', () => {
    for (const [charmhelpers, code] of [
      ['{', 'MALFORMED'],
      ['[]', 'SCHEMA_MISMATCH'],
      [' '.repeat(1024 * 1024 + 1), 'TOO_LARGE'],
    ] as const) {
      const found = { ...FORMS, charmhelpers };
      expect(refusal(() => decodeRequestForms(found)).code).toBe(code);
      expect(refusal(() => decodeGrantForms({ ...GRANT_FORMS, charmhelpers })).code).toBe(code);
    }
  });

  test('is a digest that is no number', () => {
    const compact = bytesOf('92 02 a1 61');
    const error = refusal(() => decodeRequestForms({ ...FORMS, compact }));
    expect(error.code).toBe('SCHEMA_MISMATCH');
  });
});

test('both forms of any document are read back as what was written, and by who reads the compact one alone', () => {
  fc.assert(
    fc.property(requestSheets, (sheet) => {
      const forms = encodeRequestForms(sheet);
      expect(decodeRequestForms(forms)).toEqual({
        document: sheet,
        writtenBy: 'baton',
        inStep: true,
      });
      expect(compactCodec.decodeRequestSheet(forms.compact)).toEqual(sheet);
    }),
    { seed: SEED, numRuns: 300 },
  );
  fc.assert(
    fc.property(grantSheets, (grants) => {
      const forms = encodeGrantForms(grants);
      expect(decodeGrantForms(forms)).toMatchObject({ writtenBy: 'baton', inStep: true });
      expect(decodeGrantForms(forms)?.document).toEqual(grants);
      expect(compactCodec.decodeGrantSheet(forms.compact)).toEqual(grants);
    }),
    { seed: SEED, numRuns: 300 },
  );
}, 60_000);

test('any other text beside a compact document is noticed', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(), (text, at) => {
      const index = at % FORMS.charmhelpers.length;
      const changed =
        FORMS.charmhelpers.slice(0, index) + text + FORMS.charmhelpers.slice(index + text.length);
      fc.pre(changed !== FORMS.charmhelpers);
      let writtenBy: string | undefined = 'charmhelpers';
      try {
        writtenBy = decodeRequestForms({ ...FORMS, charmhelpers: changed })?.writtenBy;
      } catch (error) {
        if (!CodecError.is(error)) throw error;
      }
      expect(writtenBy).toBe('charmhelpers');
    }),
    { seed: SEED, numRuns: 1_000 },
  );
}, 60_000);

test('the digest is FNV-1a of 64 bits over UTF-8, of which the low 53 are kept', () => {
  // Worked out by hand from the definition: the offset basis, then each byte of "{ }".
  let hash = 0xcbf2_9ce4_8422_2325n;
  for (const byte of [0x7b, 0x20, 0x7d]) {
    hash = ((hash ^ BigInt(byte)) * 0x100_0000_01b3n) % 2n ** 64n;
  }
  const digest = Buffer.alloc(8);
  digest.writeDoubleBE(Number(hash % 2n ** 53n));
  const { compact } = encodeRequestForms(requestSheet(0));
  expect(hexOf(compact)).toBe(`9202cb${hexOf(digest)}`);
});
