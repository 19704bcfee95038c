import { parseUnitName } from '@baton/coordinator';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import {
  claimPrefix,
  parseDocumentName,
  temporaryPrefix,
  unitDocumentName,
} from '../src/document-names.ts';
import { escapeName, unescapeName } from '../src/escape.ts';

const NAME_BYTES_MAX = 255;
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });

test('a name is made of characters that every file system keeps, and can be read back', () => {
  fc.assert(
    fc.property(text, (original) => {
      const name = escapeName(original);
      expect(name).toMatch(/^(?:[a-z0-9-]|%[0-9a-f]{2})+$/);
      expect(unescapeName(name)).toBe(original);
    }),
  );
});

test('different texts have names that differ also where upper and lower case are the same', () => {
  fc.assert(
    fc.property(text, text, (one, other) => {
      const same = escapeName(one).toLowerCase() === escapeName(other).toLowerCase();
      expect(same).toBe(one === other);
    }),
  );
  expect(escapeName('Db/0')).not.toBe(escapeName('db/0'));
});

test('dots, slashes and percent signs do not get through', () => {
  expect(escapeName('../../etc/passwd')).toBe('%2e%2e%2f%2e%2e%2fetc%2fpasswd');
  expect(escapeName('a%2fb')).toBe('a%252fb');
});

test.each(['%', '%2', '%zz', '%2F', '%61', 'A', 'a.b', 'é', '%ff'])(
  '%s is no name that escaping gives',
  (name) => {
    expect(unescapeName(name)).toBeUndefined();
  },
);

test('the longest unit name that is allowed is short enough for every document', () => {
  const unit = parseUnitName(`${'Ü'.repeat(39)}/0`);
  for (const name of [
    unitDocumentName('member', unit),
    `${claimPrefix(unit)}99999999`,
    `${temporaryPrefix(unit)}00000000`,
  ]) {
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(NAME_BYTES_MAX);
  }
});

test.each([
  'sheet',
  'sheet.db',
  'sheet.db/0',
  'sheet.db%2f0.1',
  'claim.db%2f0',
  'claim.db%2f0.0',
  'claim.db%2f0.01',
  'leader.x',
  'leader.1.2',
  'grants.123456789',
  'format.1',
  'tmp.db%2f0.00000000',
  'README',
  '.DS_Store',
])('%s is no document', (name) => {
  expect(parseDocumentName(name)).toBeUndefined();
});
