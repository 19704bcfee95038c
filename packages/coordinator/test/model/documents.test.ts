import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  EMPTY_GRANT_SHEET,
  EMPTY_REQUEST_SHEET,
  grantSheetSchema,
  requestSheetSchema,
  sameGrantSheet,
  sameRequestSheet,
} from '../../src/model/documents.ts';
import { grantSheet, grantSheets, requestSheet, requestSheets, SEED } from '../wire/documents.ts';

const labelled = (count: number, text = ''): Map<string, string> =>
  new Map(Array.from({ length: count }, (_, index) => [`${index}`, text]));

const rawRequests = (
  lastTicket: unknown,
  requests: Iterable<readonly [unknown, unknown]> = [],
) => ({
  lastTicket,
  requests: new Map(requests),
  labels: new Map(),
  nonce: 0,
  fromStash: false,
});

describe('a request sheet', () => {
  test.each([
    ['the empty one', EMPTY_REQUEST_SHEET],
    ['one that only counts', requestSheet(Number.MAX_SAFE_INTEGER)],
    ['one of a unit that runs charmhelpers', requestSheet(Infinity, { restart: 10 })],
    ['one that asks', requestSheet(10, { restart: 10, reboot: 1 })],
    [
      'one with 32 labels of 256 characters',
      requestSheet(0, {}, { labels: labelled(32, 'x'.repeat(256)) }),
    ],
    ['one from the stash', requestSheet(3, {}, { nonce: 4, fromStash: true })],
  ])('may be %s', (_what, sheet) => {
    expect(requestSheetSchema.parse(sheet)).toEqual(sheet);
  });

  test.each([
    ['nothing', undefined],
    ['a negative lastTicket', rawRequests(-1)],
    ['a fraction', rawRequests(1.5)],
    ['more than a number holds exactly', rawRequests(2 ** 53)],
    ['a lastTicket below everything', rawRequests(-Infinity)],
    ['a lastTicket that is no number', rawRequests(Number.NaN)],
    ['a lastTicket of text', rawRequests('1')],
    ['a ticket of 0', rawRequests(1, [['restart', 0]])],
    ['a ticket above lastTicket', rawRequests(9, [['restart', 10]])],
    [
      'one ticket of two above lastTicket',
      rawRequests(9, [
        ['a', 1],
        ['restart', 10],
      ]),
    ],
    ['a lock without a name', rawRequests(9, [['', 1]])],
    ['a request that is no map', { ...rawRequests(9), requests: { restart: 1 } }],
    ['33 labels', { ...rawRequests(0), labels: labelled(33) }],
    ['a label of 257 characters', { ...rawRequests(0), labels: labelled(1, 'x'.repeat(257)) }],
    [
      'a label name of 257 characters',
      { ...rawRequests(0), labels: new Map([['x'.repeat(257), '']]) },
    ],
    [
      'half of a surrogate pair in a label',
      { ...rawRequests(0), labels: new Map([['zone', 'a\ud83d']]) },
    ],
    ['a label that is no text', { ...rawRequests(0), labels: new Map([['zone', 1]]) }],
    ['a negative nonce', { ...rawRequests(0), nonce: -1 }],
    ['a mark that is no boolean', { ...rawRequests(0), fromStash: 1 }],
  ])('is refused with %s', (_what, sheet) => {
    expect(requestSheetSchema.safeParse(sheet).success).toBe(false);
  });

  test('says the same as one with its entries in another order', () => {
    fc.assert(
      fc.property(requestSheets, (sheet) => {
        const turned = {
          ...sheet,
          requests: new Map([...sheet.requests].toReversed()),
          labels: new Map([...sheet.labels].toReversed()),
        };
        expect(sameRequestSheet(sheet, turned)).toBe(true);
        expect(requestSheetSchema.safeParse(turned).success).toBe(true);
      }),
      { seed: SEED },
    );
  });

  const sheet = requestSheet(10, { restart: 10, reboot: 1 }, { labels: new Map([['zone', 'a']]) });

  test.each([
    ['lastTicket', { ...sheet, lastTicket: 11 }],
    ['a ticket', requestSheet(10, { restart: 9, reboot: 1 }, { labels: sheet.labels })],
    ['a lock', requestSheet(10, { restart: 10, backup: 1 }, { labels: sheet.labels })],
    ['a request less', requestSheet(10, { restart: 10 }, { labels: sheet.labels })],
    [
      'a request more',
      requestSheet(10, { restart: 10, reboot: 1, a: 2 }, { labels: sheet.labels }),
    ],
    ['a label', { ...sheet, labels: new Map([['zone', 'b']]) }],
    ["a label's name", { ...sheet, labels: new Map([['rack', 'a']]) }],
    ['a label less', { ...sheet, labels: new Map() }],
    ['the nonce', { ...sheet, nonce: 1 }],
    ['the mark of the stash', { ...sheet, fromStash: true }],
  ])('does not say the same as one that differs in %s', (_what, other) => {
    expect(sameRequestSheet(sheet, other)).toBe(false);
    expect(sameRequestSheet(other, sheet)).toBe(false);
  });
});

describe('a grant sheet', () => {
  test('may be empty, or any that lists units and tickets', () => {
    expect(grantSheetSchema.parse(EMPTY_GRANT_SHEET)).toEqual(new Map());
    fc.assert(
      fc.property(grantSheets, (sheet) => {
        expect(grantSheetSchema.parse(sheet)).toEqual(sheet);
      }),
      { seed: SEED },
    );
  });

  test.each([
    ['nothing', undefined],
    ['an object', {}],
    ['a lock without a name', new Map([['', new Map()]])],
    ['units that are no map', new Map([['restart', { 'db/0': 1 }]])],
    ['a unit without a number', new Map([['restart', new Map([['db', 1]])]])],
    ['a ticket of 0', new Map([['restart', new Map([['db/0', 0]])]])],
  ])('is refused as %s', (_what, sheet) => {
    expect(grantSheetSchema.safeParse(sheet).success).toBe(false);
  });

  const sheet = grantSheet(['a', { 'db/0': 1, 'db/1': 2 }], ['b', { 'db/2': 3 }]);

  test('says the same as one with its entries in another order', () => {
    const turned = grantSheet(['b', { 'db/2': 3 }], ['a', { 'db/1': 2, 'db/0': 1 }]);
    expect(sameGrantSheet(sheet, turned)).toBe(true);
    expect(sameGrantSheet(EMPTY_GRANT_SHEET, grantSheet())).toBe(true);
  });

  test.each([
    ['a ticket', grantSheet(['a', { 'db/0': 1, 'db/1': 9 }], ['b', { 'db/2': 3 }])],
    ['a unit', grantSheet(['a', { 'db/0': 1, 'db/3': 2 }], ['b', { 'db/2': 3 }])],
    ['a unit less', grantSheet(['a', { 'db/0': 1 }], ['b', { 'db/2': 3 }])],
    ['a lock', grantSheet(['a', { 'db/0': 1, 'db/1': 2 }], ['c', { 'db/2': 3 }])],
    ['a lock less', grantSheet(['a', { 'db/0': 1, 'db/1': 2 }])],
    ['everything', EMPTY_GRANT_SHEET],
  ])('does not say the same as one that differs in %s', (_what, other) => {
    expect(sameGrantSheet(sheet, other)).toBe(false);
    expect(sameGrantSheet(other, sheet)).toBe(false);
  });
});
