import { describe, expect, test } from 'vitest';

import { limit } from '../../src/policy/limit.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { serial } from '../../src/policy/serial.ts';
import type { UnitState } from '../../src/store/lock-store.ts';
import { grantSheet } from '../wire/documents.ts';
import { asking, decideWith, idle, saying, viewOf } from '../protocol/views.ts';

/** How many of `alive` units that all wait a policy lets in, next to `dying` ones that wait too. */
function admitted(policy: Policy, alive: number, dying = 0): number {
  const live: Record<string, UnitState> = {};
  for (let number = 0; number < alive + dying; number += 1) {
    live[`db/${number}`] = number < alive ? 'alive' : 'dying';
  }
  const sheets = Object.fromEntries(
    Object.keys(live).map((unit, index) => [unit, asking({ restart: index + 1 })]),
  );
  return decideWith(viewOf({ sheets, live }), policy).granted.length;
}

describe('a limit', () => {
  test.each([
    [1, 5, 1],
    [2, 5, 2],
    [5, 5, 5],
    [6, 5, 5],
    [Number.MAX_SAFE_INTEGER, 3, 3],
  ])('of %i lets in of %i units: %i', (most, alive, expected) => {
    expect(admitted(limit(most), alive)).toBe(expected);
  });

  test.each([
    ['25%', 8, 2],
    ['25%', 7, 1],
    ['25%', 3, 1],
    ['1%', 1, 1],
    ['50%', 5, 2],
    ['29%', 100, 29],
    ['99%', 10, 9],
    ['100%', 10, 10],
  ] as const)('of %s lets in of %i units, rounded down and at least one: %i', (most, alive, n) => {
    expect(admitted(limit(most), alive)).toBe(n);
  });

  test('that is a share does not count dying units', () => {
    expect(admitted(limit('50%'), 4, 4)).toBe(2);
    expect(admitted(limit('100%'), 4, 4)).toBe(4);
  });

  test('counts the holders that are dying, and those of whom nothing is known', () => {
    const view = viewOf({
      grants: grantSheet(['restart', { 'db/8': 1, 'db/9': 2 }]),
      sheets: { 'db/0': asking({ restart: 3 }), 'db/8': asking({ restart: 1 }) },
      live: { 'db/0': 'alive', 'db/8': 'dying', 'db/9': 'alive' },
    });
    expect(decideWith(view, limit(2)).waiting.map(({ why }) => why)).toEqual([
      { why: 'held', holders: 2, limit: 2 },
    ]);
    expect(decideWith(view, limit(3)).granted.map(({ unit }) => unit)).toEqual(['db/0']);
  });

  test('lets more in than it allows never, but leaves those that are in', () => {
    const view = viewOf({
      grants: grantSheet(['restart', { 'db/7': 1, 'db/8': 2, 'db/9': 3 }]),
      sheets: { 'db/0': asking({ restart: 4 }) },
    });
    expect(saying(decideWith(view, limit(2)))).toEqual([
      'kept restart db/7: no-sheet',
      'kept restart db/8: no-sheet',
      'kept restart db/9: no-sheet',
      'waiting restart db/0: held',
    ]);
  });

  test('says how many hold the lock, or who asked earlier', () => {
    const view = viewOf({
      unit: 'db/0',
      sheets: {
        'db/0': asking({ restart: 1 }),
        'db/1': asking({ restart: 2 }),
        'db/2': asking({ restart: 3 }),
      },
      mayGrantSelf: false,
    });
    expect(decideWith(view, limit(2)).waiting.map(({ unit, why }) => [unit, why])).toEqual([
      ['db/0', { why: 'in-action' }],
      ['db/2', { why: 'behind', unit: 'db/0' }],
    ]);
    expect(decideWith({ ...view, mayGrantSelf: true }, limit(2)).waiting).toMatchObject([
      { unit: 'db/2', why: { why: 'held', holders: 2, limit: 2 } },
    ]);
  });

  test('keeps the place of a unit that was passed over: nobody overtakes it', () => {
    const view = viewOf({
      unit: 'db/0',
      sheets: { 'db/0': asking({ restart: 1 }), 'db/1': asking({ restart: 2 }) },
      mayGrantSelf: false,
    });
    expect(decideWith(view, limit(1)).granted).toEqual([]);
    expect(decideWith({ ...view, mayGrantSelf: true }, limit(1)).granted).toMatchObject([
      { unit: 'db/0' },
    ]);
  });

  test('ignores what a unit holds of other locks', () => {
    const view = viewOf({
      grants: grantSheet(['other', { 'db/1': 1 }]),
      sheets: { 'db/0': asking({ restart: 4 }), 'db/1': idle(0) },
    });
    expect(decideWith(view, limit(1)).granted).toMatchObject([{ lock: 'restart', unit: 'db/0' }]);
  });

  test.each([0, -1, 1.5, Infinity, 2 ** 53])('is refused as %d', (most) => {
    expect(() => limit(most)).toThrow(RangeError);
  });

  test('is refused where it is no number', () => {
    expect(() => limit(Number.NaN)).toThrow(RangeError);
  });

  test.each([
    '0%',
    '101%',
    '025%',
    '-5%',
    '+5%',
    '2.5%',
    '1e1%',
    '25 %',
    ' 25%',
    '25%\n',
    '%',
    '25',
    '',
    'all',
  ])('is refused as %j, which the message repeats', (most) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- configuration is text at run time
    expect(() => limit(most as '1%')).toThrow(
      new RangeError(
        `${JSON.stringify(most)} is not a limit: ` +
          'expected a whole number from 1, or a share such as "25%"',
      ),
    );
  });
});

test('serial lets one unit in at a time, in the order of the requests', () => {
  expect(admitted(serial(), 5)).toBe(1);
  const view = viewOf({ sheets: { 'db/0': asking({ a: 2 }), 'db/1': asking({ a: 1 }) } });
  expect(saying(decideWith(view, serial()))).toEqual(['granted a db/1', 'waiting a db/0: held']);
});
