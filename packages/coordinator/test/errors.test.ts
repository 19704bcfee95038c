import { describe, expect, test } from 'vitest';

import {
  CodecError,
  CoordinatorError,
  LockStoreError,
  type CodecErrorCode,
  type CoordinatorErrorCode,
  type LockStoreErrorCode,
} from '../src/errors.ts';

const STORE_CODES: readonly (readonly [LockStoreErrorCode, boolean])[] = [
  ['UNAVAILABLE', true],
  ['NOT_LEADER', true],
  ['CORRUPT', false],
  ['UNIT_IN_USE', false],
  ['CLOSED', false],
  ['UNSUPPORTED', false],
];
const CODEC_CODES: readonly CodecErrorCode[] = [
  'MALFORMED',
  'SCHEMA_MISMATCH',
  'UNSUPPORTED_VERSION',
  'TOO_LARGE',
];
const COORDINATOR_CODES: readonly CoordinatorErrorCode[] = [
  'STORE_IN_USE',
  'NOT_IN_HOOK',
  'INVALID_LOCK_NAME',
  'INVALID_UNIT_NAME',
  'POLICY_FAILED',
];

/** An error as another copy of this package makes it: of a class of its own, with the registered symbol. */
function foreign(className: string, code: string): Error {
  return Object.assign(new Error('from the other copy'), {
    [Symbol.for(`@baton/${className}`)]: true,
    code,
  });
}

describe('whether the same call may succeed later', () => {
  test.each(STORE_CODES)('is told by a LockStoreError: %s, %s', (code, retryable) => {
    expect(new LockStoreError(code, 'no').retryable).toBe(retryable);
  });

  test.each(CODEC_CODES)('is never with a CodecError: %s', (code) => {
    expect(new CodecError(code, 'no').retryable).toBe(false);
  });

  test.each(COORDINATOR_CODES)('is never with a CoordinatorError: %s', (code) => {
    expect(new CoordinatorError(code, 'no').retryable).toBe(false);
  });
});

const CLASSES = [
  {
    name: 'LockStoreError',
    make: () => new LockStoreError('CORRUPT', 'no'),
    code: 'CORRUPT',
    is: (error: unknown) => LockStoreError.is(error),
    isOfCode: (error: unknown) => LockStoreError.is(error, 'CORRUPT'),
    isOfOtherCode: (error: unknown) => LockStoreError.is(error, 'CLOSED'),
  },
  {
    name: 'CodecError',
    make: () => new CodecError('MALFORMED', 'no'),
    code: 'MALFORMED',
    is: (error: unknown) => CodecError.is(error),
    isOfCode: (error: unknown) => CodecError.is(error, 'MALFORMED'),
    isOfOtherCode: (error: unknown) => CodecError.is(error, 'TOO_LARGE'),
  },
  {
    name: 'CoordinatorError',
    make: () => new CoordinatorError('NOT_IN_HOOK', 'no'),
    code: 'NOT_IN_HOOK',
    is: (error: unknown) => CoordinatorError.is(error),
    isOfCode: (error: unknown) => CoordinatorError.is(error, 'NOT_IN_HOOK'),
    isOfOtherCode: (error: unknown) => CoordinatorError.is(error, 'POLICY_FAILED'),
  },
];

describe.each(CLASSES)('$name.is', ({ name, make, code, is, isOfCode, isOfOtherCode }) => {
  test('knows its own, with its code and without', () => {
    const error = make();
    expect([is(error), isOfCode(error), isOfOtherCode(error)]).toEqual([true, true, false]);
    expect(error).toBeInstanceOf(Error);
    expect({ name: error.name, code: error.code, message: error.message }).toEqual({
      name,
      code,
      message: 'no',
    });
  });

  test('knows those of another copy of this package', () => {
    const error = foreign(name, code);
    expect([is(error), isOfCode(error), isOfOtherCode(error)]).toEqual([true, true, false]);
  });

  test('does not take another class for its own, whatever the code', () => {
    for (const other of CLASSES.filter((one) => one.name !== name)) {
      expect(is(other.make())).toBe(false);
      expect(isOfCode(foreign(other.name, code))).toBe(false);
    }
  });

  test.each([
    [undefined],
    [null],
    ['CORRUPT'],
    [7],
    [{}],
    [{ code: 'CORRUPT', name: 'LockStoreError' }],
    [new Error('no')],
    [() => undefined],
  ])('does not take %s for its own', (value) => {
    expect([is(value), isOfCode(value)]).toEqual([false, false]);
  });

  test('finds no code where the other copy gave none', () => {
    const error = { [Symbol.for(`@baton/${name}`)]: true };
    expect([is(error), isOfCode(error)]).toEqual([true, false]);
  });

  test('marks errors so that logs and comparisons do not show it', () => {
    expect(Object.getOwnPropertySymbols(Object.assign({}, make()))).toEqual([]);
  });
});

describe('what an error carries', () => {
  const cause = new Error('below');

  test('a LockStoreError says where it belongs', () => {
    const error = new LockStoreError('CORRUPT', 'no', { cause, unit: 'db/1', path: '/run/x' });
    expect([error.cause, error.unit, error.path]).toEqual([cause, 'db/1', '/run/x']);
    const bare = new LockStoreError('CORRUPT', 'no');
    expect([bare.unit, bare.path]).toEqual([undefined, undefined]);
  });

  test('a cause is there only where there is one', () => {
    expect(new CodecError('MALFORMED', 'no', cause).cause).toBe(cause);
    expect(new CoordinatorError('POLICY_FAILED', 'no', cause).cause).toBe(cause);
    for (const { make } of CLASSES) expect('cause' in make()).toBe(false);
  });
});
