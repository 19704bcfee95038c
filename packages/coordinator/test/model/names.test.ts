import { describe, expect, test } from 'vitest';

import { CoordinatorError } from '../../src/errors.ts';
import {
  applicationOf,
  compareText,
  compareUnits,
  parseLockName,
  parseUnitName,
  unitNumber,
} from '../../src/model/names.ts';

const codesOf = (attempt: () => unknown): { code: string; message: string } => {
  try {
    attempt();
  } catch (error) {
    if (CoordinatorError.is(error)) return { code: error.code, message: error.message };
    throw error;
  }
  return { code: 'accepted', message: '' };
};

const CONTROLS = ['\u0000', '\n', '\t', '\u001b', '\u007f', '\u0085', '\u009f'];
const LONE_SURROGATES = ['\ud83d', '\udd12', '\udd12\ud83d', 'a\ud83db'];

describe('a lock name', () => {
  test.each([
    'restart',
    'constructor',
    '__proto__',
    'toString',
    '🔒',
    ' ',
    '"',
    '\\',
    'a/b',
    'é',
    '\u2028',
    '\ufeff',
    'a'.repeat(256),
    '🔒'.repeat(64),
    'é'.repeat(128),
  ])('may be %j', (name) => {
    expect(parseLockName(name)).toBe(name);
  });

  test.each([
    '',
    'a'.repeat(257),
    `${'🔒'.repeat(64)}a`,
    'é'.repeat(129),
    ...CONTROLS,
    ...CONTROLS.map((control) => `a${control}`),
    ...LONE_SURROGATES,
  ])('is refused as %j', (name) => {
    const { code, message } = codesOf(() => parseLockName(name));
    expect(code).toBe('INVALID_LOCK_NAME');
    expect(message).toBe(
      `${JSON.stringify(name)} is not the name of a lock: ` +
        'expected 1 to 256 bytes of text without control characters',
    );
  });
});

describe('a unit name', () => {
  test.each([
    'db/0',
    'db/2',
    'db/10',
    'db/999999999999999',
    'constructor/1',
    '__proto__/1',
    'my-db/1',
    '🔒/1',
    `${'a'.repeat(78)}/1`,
    `${'🔒'.repeat(19)}aa/1`,
  ])('may be %j', (name) => {
    expect(parseUnitName(name)).toBe(name);
  });

  test.each([
    '',
    'db',
    'db/',
    '/1',
    'db/02',
    'db/00',
    'db/-1',
    'db/+1',
    'db/1.5',
    'db/1e3',
    'db/x',
    'db/1 ',
    'db/1\n',
    'db/٣',
    'a/b/1',
    'db//1',
    'db-1',
    'db/1000000000000000',
    `${'a'.repeat(79)}/1`,
    `${'🔒'.repeat(19)}aaa/1`,
    ...CONTROLS.map((control) => `d${control}b/1`),
    ...LONE_SURROGATES.map((half) => `${half}/1`),
  ])('is refused as %j', (name) => {
    const { code, message } = codesOf(() => parseUnitName(name));
    expect(code).toBe('INVALID_UNIT_NAME');
    expect(message).toBe(
      `${JSON.stringify(name)} is not the name of a unit: ` +
        'expected an application, a slash and a number, such as "db/2", in 80 bytes at most',
    );
  });

  test('has an application and a number', () => {
    const unit = parseUnitName('my-db/42');
    expect([applicationOf(unit), unitNumber(unit)]).toEqual(['my-db', 42]);
  });
});

describe('order', () => {
  test('units go by number, and applications by name', () => {
    const units = ['db/10', 'db/2', 'db/0', 'db/111', 'app/7', 'Z/9', 'db-x/1'].map((name) =>
      parseUnitName(name),
    );
    expect(units.toSorted(compareUnits)).toEqual([
      'Z/9',
      'app/7',
      'db/0',
      'db/2',
      'db/10',
      'db/111',
      'db-x/1',
    ]);
    const unit = parseUnitName('db/3');
    expect(compareUnits(unit, unit)).toBe(0);
  });

  test('text goes by code units, in every locale', () => {
    expect(['é', 'b', 'B', 'a', '', 'ab'].toSorted(compareText)).toEqual([
      '',
      'B',
      'a',
      'ab',
      'b',
      'é',
    ]);
    expect(compareText('a', 'a')).toBe(0);
  });
});
