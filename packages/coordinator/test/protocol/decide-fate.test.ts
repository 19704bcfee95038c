import { describe, expect, test } from 'vitest';

import { grantSheet } from '../wire/documents.ts';
import {
  ABSENT,
  asking,
  decideWith,
  outcomeOf,
  idle,
  saying,
  UNREADABLE,
  viewOf,
} from './views.ts';

const GRANTED_10 = grantSheet(['restart', { 'db/1': 10 }]);
const STILL_THERE = { restart: { 'db/1': 10 } };

describe('what becomes of a grant', () => {
  test('the sheet has an open request with this ticket: kept, because it is held', () => {
    const view = viewOf({ grants: GRANTED_10, sheets: { 'db/1': asking({ restart: 10 }) } });
    expect(outcomeOf(decideWith(view))).toEqual([STILL_THERE, ['kept restart db/1: held']]);
  });

  test('no such request and lastTicket is the ticket: dropped, because that proves the release', () => {
    const view = viewOf({ grants: GRANTED_10, sheets: { 'db/1': idle(10) } });
    expect(outcomeOf(decideWith(view))).toEqual([{}, ['dropped restart db/1: released']]);
  });

  test('no such request and lastTicket is above the ticket: dropped, because that proves the release', () => {
    const view = viewOf({ grants: GRANTED_10, sheets: { 'db/1': idle(11) } });
    expect(outcomeOf(decideWith(view))).toEqual([{}, ['dropped restart db/1: released']]);
  });

  test('lastTicket is below the ticket: kept, because the grant is in flight', () => {
    const view = viewOf({ grants: GRANTED_10, sheets: { 'db/1': idle(9) } });
    expect(outcomeOf(decideWith(view))).toEqual([STILL_THERE, ['kept restart db/1: in-flight']]);
  });

  test('the unit was not read at all: kept, because that is no proof', () => {
    const view = viewOf({ grants: GRANTED_10 });
    expect(outcomeOf(decideWith(view))).toEqual([STILL_THERE, ['kept restart db/1: no-sheet']]);
  });

  test('the unit has no sheet: kept, because that is no proof', () => {
    const view = viewOf({ grants: GRANTED_10, sheets: { 'db/1': ABSENT } });
    expect(outcomeOf(decideWith(view))).toEqual([STILL_THERE, ['kept restart db/1: no-sheet']]);
  });

  test('the sheet is unreadable: kept, because that is no proof', () => {
    const view = viewOf({ grants: GRANTED_10, sheets: { 'db/1': UNREADABLE } });
    expect(outcomeOf(decideWith(view))).toEqual([
      STILL_THERE,
      ['kept restart db/1: unreadable-sheet'],
    ]);
  });

  test('the unit is not among the live units: dropped, because it is gone', () => {
    const view = viewOf({ grants: GRANTED_10, live: { 'db/0': 'alive' } });
    expect(outcomeOf(decideWith(view))).toEqual([{}, ['dropped restart db/1: gone']]);
  });

  test('its own orphan while the charm runs: kept, whatever lastTicket says', () => {
    const view = viewOf({
      unit: 'db/1',
      grants: GRANTED_10,
      sheets: { 'db/1': idle(12) },
      orphans: { restart: 10 },
    });
    expect(outcomeOf(decideWith(view))).toEqual([STILL_THERE, ['kept restart db/1: orphan']]);
  });
});

describe('which row counts', () => {
  test.each([
    ['shows the request open', asking({ restart: 10 })],
    ['is older than the grant', idle(9)],
    ['cannot be read', UNREADABLE],
    ['is missing', ABSENT],
  ])('a ghost is gone although its sheet %s', (_what, reading) => {
    const view = viewOf({
      grants: GRANTED_10,
      sheets: { 'db/0': idle(1), 'db/1': reading },
      live: { 'db/0': 'alive' },
    });
    expect(outcomeOf(decideWith(view))).toEqual([{}, ['dropped restart db/1: gone']]);
  });

  test('a dying unit keeps what it holds', () => {
    const view = viewOf({
      grants: GRANTED_10,
      sheets: { 'db/1': asking({ restart: 10 }) },
      live: { 'db/1': 'dying' },
    });
    expect(outcomeOf(decideWith(view))).toEqual([STILL_THERE, ['kept restart db/1: held']]);
  });

  test('a dying unit whose sheet is missing keeps what it was granted', () => {
    const view = viewOf({ grants: GRANTED_10, live: { 'db/1': 'dying' } });
    expect(outcomeOf(decideWith(view))).toEqual([STILL_THERE, ['kept restart db/1: no-sheet']]);
  });

  test('a dying unit that released is dropped', () => {
    const view = viewOf({
      grants: GRANTED_10,
      sheets: { 'db/1': idle(10) },
      live: { 'db/1': 'dying' },
    });
    expect(outcomeOf(decideWith(view))).toEqual([{}, ['dropped restart db/1: released']]);
  });

  test('nobody is gone while the live units are unknown', () => {
    const view = viewOf({
      grants: grantSheet(['restart', { 'db/1': 10, 'db/2': 11, 'db/3': 12 }]),
      sheets: { 'db/2': asking({ restart: 11 }), 'db/3': UNREADABLE },
      live: 'unknown',
    });
    expect(saying(decideWith(view))).toEqual([
      'kept restart db/1: no-sheet',
      'kept restart db/2: held',
      'kept restart db/3: unreadable-sheet',
    ]);
  });

  test('a release is proof while the live units are unknown', () => {
    const view = viewOf({
      grants: GRANTED_10,
      sheets: { 'db/1': idle(10) },
      live: 'unknown',
    });
    expect(outcomeOf(decideWith(view))).toEqual([{}, ['dropped restart db/1: released']]);
  });

  test('an open request with another ticket is no open request with this ticket', () => {
    const later = viewOf({ grants: GRANTED_10, sheets: { 'db/1': asking({ restart: 11 }) } });
    expect(outcomeOf(decideWith(later))).toEqual([
      { restart: { 'db/1': 11 } },
      ['dropped restart db/1: released', 'granted restart db/1'],
    ]);
    const earlier = viewOf({ grants: GRANTED_10, sheets: { 'db/1': asking({ restart: 9 }) } });
    expect(outcomeOf(decideWith(earlier))).toEqual([STILL_THERE, ['kept restart db/1: in-flight']]);
  });

  test('the same ticket for another lock holds nothing of this one', () => {
    const view = viewOf({
      grants: grantSheet(['a', { 'db/1': 10 }], ['b', { 'db/1': 11 }]),
      sheets: { 'db/1': asking({ b: 10 }, 11) },
    });
    expect(outcomeOf(decideWith(view))).toEqual([
      { b: { 'db/1': 10 } },
      ['dropped a db/1: released', 'dropped b db/1: released', 'granted b db/1'],
    ]);
  });
});

describe('a unit that runs charmhelpers, whose lastTicket is without end', () => {
  test('holds what is open in its sheet', () => {
    const view = viewOf({
      grants: GRANTED_10,
      sheets: { 'db/1': asking({ restart: 10 }, Infinity) },
    });
    expect(outcomeOf(decideWith(view))).toEqual([STILL_THERE, ['kept restart db/1: held']]);
  });

  test('has released what is not', () => {
    const view = viewOf({ grants: GRANTED_10, sheets: { 'db/1': idle(Infinity) } });
    expect(outcomeOf(decideWith(view))).toEqual([{}, ['dropped restart db/1: released']]);
  });
});

describe('orphans', () => {
  const TWO = grantSheet(['a', { 'db/0': 11 }], ['b', { 'db/0': 12 }]);

  test('adopting the later one gives up none of the earlier while the charm runs', () => {
    const view = viewOf({
      unit: 'db/0',
      grants: TWO,
      sheets: { 'db/0': asking({ b: 12 }) },
      orphans: { a: 11, b: 12 },
    });
    expect(outcomeOf(decideWith(view))).toEqual([
      { a: { 'db/0': 11 }, b: { 'db/0': 12 } },
      ['kept a db/0: orphan', 'kept b db/0: orphan'],
    ]);
  });

  test('the one that nobody adopted is released once the charm has returned', () => {
    const view = viewOf({
      unit: 'db/0',
      grants: TWO,
      sheets: { 'db/0': asking({ b: 12 }) },
    });
    expect(outcomeOf(decideWith(view))).toEqual([
      { b: { 'db/0': 12 } },
      ['kept b db/0: held', 'dropped a db/0: released'],
    ]);
  });

  test('one keeps nobody else waiting for proof', () => {
    const view = viewOf({
      unit: 'db/0',
      grants: grantSheet(['a', { 'db/1': 11 }]),
      sheets: { 'db/0': idle(5), 'db/1': idle(11) },
      orphans: { a: 11 },
    });
    expect(outcomeOf(decideWith(view))).toEqual([{}, ['dropped a db/1: released']]);
  });

  test('one with another ticket than the grant does not keep the grant', () => {
    const view = viewOf({
      unit: 'db/0',
      grants: grantSheet(['a', { 'db/0': 11 }]),
      sheets: { 'db/0': idle(12) },
      orphans: { a: 12 },
    });
    expect(outcomeOf(decideWith(view))).toEqual([{}, ['dropped a db/0: released']]);
  });

  test('one of another lock does not keep the grant', () => {
    const view = viewOf({
      unit: 'db/0',
      grants: grantSheet(['a', { 'db/0': 11 }]),
      sheets: { 'db/0': idle(11) },
      orphans: { b: 11 },
    });
    expect(outcomeOf(decideWith(view))).toEqual([{}, ['dropped a db/0: released']]);
  });

  test('one keeps others out of the lock', () => {
    const view = viewOf({
      unit: 'db/0',
      grants: grantSheet(['a', { 'db/0': 11 }]),
      sheets: { 'db/0': idle(11), 'db/1': asking({ a: 3 }) },
      orphans: { a: 11 },
    });
    expect(outcomeOf(decideWith(view))).toEqual([
      { a: { 'db/0': 11 } },
      ['kept a db/0: orphan', 'waiting a db/1: held'],
    ]);
  });
});
