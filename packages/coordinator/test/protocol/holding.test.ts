import { describe, expect, test } from 'vitest';

import { parseLockName, parseUnitName } from '../../src/model/names.ts';
import { heldLocks, holds, orphansOf } from '../../src/protocol/holding.ts';
import { grantSheet, requestSheet } from '../wire/documents.ts';
import { RESTART, ticketsOf } from './views.ts';

const ME = parseUnitName('db/0');

describe('holding', () => {
  const sheet = requestSheet(10, { restart: 10 });

  test('is having the same ticket in the open request and in the grant', () => {
    expect(holds(ME, sheet, grantSheet(['restart', { 'db/0': 10 }]), RESTART)).toBe(true);
  });

  test.each([9, 11, Number.MAX_SAFE_INTEGER])(
    'is not having a grant with another ticket: %i',
    (ticket) => {
      expect(holds(ME, sheet, grantSheet(['restart', { 'db/0': ticket }]), RESTART)).toBe(false);
    },
  );

  test.each([
    ['nothing is granted', grantSheet()],
    ["it is another unit's grant", grantSheet(['restart', { 'db/1': 10 }])],
    ['it is the grant of another lock', grantSheet(['reboot', { 'db/0': 10 }])],
  ])('is not where %s', (_what, grants) => {
    expect(holds(ME, sheet, grants, RESTART)).toBe(false);
  });

  test('is not where there is no open request, whatever is granted or was', () => {
    const grants = grantSheet(['restart', { 'db/0': 10 }]);
    expect(holds(ME, requestSheet(10), grants, RESTART)).toBe(false);
    expect(holds(ME, requestSheet(10, { reboot: 10 }), grants, RESTART)).toBe(false);
    expect(holds(ME, requestSheet(10), grantSheet(), RESTART)).toBe(false);
  });

  test('is told for all locks at once', () => {
    const asked = requestSheet(13, { restart: 10, reboot: 11, __proto__x: 12, constructor: 13 });
    const grants = grantSheet(
      ['restart', { 'db/0': 10 }],
      ['reboot', { 'db/0': 10, 'db/1': 11 }],
      ['constructor', { 'db/0': 13 }],
      ['other', { 'db/0': 9 }],
    );
    expect([...heldLocks(ME, asked, grants)]).toEqual(['restart', 'constructor']);
  });
});

describe('orphans', () => {
  test('are the own grants with tickets above what was published', () => {
    const grants = grantSheet(
      ['below', { 'db/0': 9 }],
      ['equal', { 'db/0': 10 }],
      ['above', { 'db/0': 11 }],
      ['far', { 'db/0': 99, 'db/1': 12 }],
      ['others', { 'db/1': 50 }],
    );
    expect(orphansOf(ME, requestSheet(10), grants)).toEqual(ticketsOf({ above: 11, far: 99 }));
  });

  test('are so although an older request for the lock is open', () => {
    const published = requestSheet(10, { restart: 10 });
    const grants = grantSheet(['restart', { 'db/0': 12 }]);
    expect(orphansOf(ME, published, grants)).toEqual(new Map([[parseLockName('restart'), 12]]));
  });
});
