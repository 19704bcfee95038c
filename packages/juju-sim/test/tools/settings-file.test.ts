import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSettingsFile } from '../../src/tools/settings-file.ts';

const read = (text: string): Record<string, string> => Object.fromEntries(readSettingsFile(text));

describe('what --file takes', () => {
  test.each([
    ['{"a":"b"}', { a: 'b' }],
    ['{"a":1,"b":1.50,"c":true}', { a: '1', b: '1.50', c: 'true' }],
    ['{"a":null,"b":"null"}', { a: '', b: 'null' }],
    ['a: ~\nb: Null\nc:\n', { a: '', b: '', c: '' }],
    ['a: one\nb: "two\\tthree"\nc: 0x1F\n', { a: 'one', b: 'two\tthree', c: '0x1F' }],
    ['a: |\n  l1\n  l2\n', { a: 'l1\nl2\n' }],
    ['{"a":"\\u00e9\\n\\t\\b\\f\\u0000😀"}', { a: 'é\n\t\b\f\u0000😀' }],
    ['', {}],
    ['~', {}],
    ['? a\n? b\n', { a: '', b: '' }],
    ['{}', {}],
  ])('%j', (text, settings) => {
    expect(read(text)).toEqual(settings);
  });

  test('a value of a megabyte', () => {
    const text = 'x'.repeat(1_000_000);
    expect(read(JSON.stringify({ text }))).toEqual({ text });
  });

  test('everything that JSON can say, when the troublesome characters are escaped', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
          fc.string({ unit: 'binary' }),
        ),
        (settings) => {
          const escaped = JSON.stringify(settings).replace(
            /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
            (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`,
          );
          expect(readSettingsFile(escaped)).toEqual(new Map(Object.entries(settings)));
        },
      ),
    );
  });
});

describe('what --file refuses', () => {
  test.each([
    ['{"a":"\\/"}', 'found unknown escape character'],
    ['{"a":"\\ud83d\\ude00"}', 'found invalid Unicode character escape code'],
    ['{"a":"\\ud800"}', 'found invalid Unicode character escape code'],
    ['{"a":"\u007f"}', 'control characters are not allowed'],
    ['{"a":"\u0086"}', 'control characters are not allowed'],
    ['{"a":"\uffff"}', 'control characters are not allowed'],
    ['{"a":{"b":"c"}}', 'cannot unmarshal !!map into string'],
    ['{"a":["b"]}', 'cannot unmarshal !!seq into string'],
    [
      'foo=bar and more',
      'yaml: unmarshal errors:\n  line 1: cannot unmarshal !!str `foo=bar...` into map[string]string',
    ],
    ['short', 'line 1: cannot unmarshal !!str `short` into map[string]string'],
    ['\n- a\n- b\n', 'line 2: cannot unmarshal !!seq into map[string]string'],
    ['{"a"', 'yaml: line'],
  ])('%j', (text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  test('a key of more than 1024 characters', () => {
    expect(read(`{"${'k'.repeat(1024)}":"v"}`)).toHaveProperty('k'.repeat(1024));
    expect(() => read(`{"${'k'.repeat(1025)}":"v"}`)).toThrow("could not find expected ':'");
  });

  test('a raw line feed or U+0085 in a text becomes a space', () => {
    expect(read('{"a":"one\ntwo"}')).toEqual({ a: 'one two' });
    expect(read('{"a":"one\u0085two"}')).toEqual({ a: 'one two' });
  });
});
