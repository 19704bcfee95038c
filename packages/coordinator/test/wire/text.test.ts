import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { CodecError, fromText, toText } from '@baton/coordinator';

import { refusal, SEED } from './documents.ts';

/** What toText makes of the bytes that fromText reads, or undefined where it refuses. */
function writtenFrom(text: string): string | undefined {
  try {
    return toText(fromText(text));
  } catch (error) {
    if (!CodecError.is(error, 'MALFORMED')) throw error;
    return undefined;
  }
}

describe('toText', () => {
  test('any bytes are read as they were written, in characters that need no quotes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const text = toText(bytes);
        expect(text).toMatch(/^[A-Za-z0-9_-]*$/);
        expect(fromText(text)).toEqual(bytes);
      }),
      { seed: SEED },
    );
  });

  test.each([
    ['', ''],
    ['f', 'Zg'],
    ['fo', 'Zm8'],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg'],
    ['fooba', 'Zm9vYmE'],
    ['foobar', 'Zm9vYmFy'],
    ['>>>???', 'Pj4-Pz8_'],
  ])('%j is %j, as in RFC 4648', (plain, text) => {
    const bytes = new TextEncoder().encode(plain);
    expect(toText(bytes)).toBe(text);
    expect(fromText(text)).toEqual(bytes);
  });
});

describe('fromText refuses', () => {
  test.each([
    ['padding', 'Zg==', /character 2, "="/],
    ['the other alphabet', 'Pj4+', /character 3, "\+"/],
    ['a line break', 'Zm9v\nZm9v', /no bytes have a text of that length/],
    ['a line break that fits', 'Zm9v\nZm', /character 4, "\\n"/],
    ['a space', ' m9v', /character 0, " "/],
    ['a letter that is not ASCII', 'Zm9é', /character 3, "é"/],
    ['a letter far from ASCII', 'Zm9\u{1F512}ab', /character 3/],
    ['a length that no bytes have', 'Zm9vY', /no bytes have a text of that length/],
    ['spare bits after one byte', 'Zh', /bits that belong to no byte/],
    ['spare bits after two bytes', 'Zm9', /bits that belong to no byte/],
  ])('%s', (_, text, message) => {
    const error = refusal(() => fromText(text));
    expect(error.code).toBe('MALFORMED');
    expect(error.message).toMatch(message);
  });

  test('every text that toText would not write', () => {
    const almostText = fc.string({
      unit: fc.constantFrom('A', 'g', 'h', '_', '-', '9', '=', '+', '/', '\n', 'é'),
      maxLength: 9,
    });
    fc.assert(
      fc.property(almostText, (text) => {
        const written = writtenFrom(text);
        expect(written === undefined || written === text).toBe(true);
      }),
      { seed: SEED, numRuns: 2000 },
    );
  });
});
