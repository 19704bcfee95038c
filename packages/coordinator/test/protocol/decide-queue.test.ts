import { describe, expect, test } from 'vitest';

import { parseLockName, type LockName } from '../../src/model/names.ts';
import { limit } from '../../src/policy/limit.ts';
import { serial } from '../../src/policy/serial.ts';
import { decide, isAnybodyInvolved } from '../../src/protocol/decide.ts';
import { grantSheet } from '../wire/documents.ts';
import {
  ABSENT,
  asking,
  decideWith,
  outcomeOf,
  idle,
  plain,
  saying,
  UNREADABLE,
  viewOf,
} from './views.ts';

describe('who stands in the queue', () => {
  test('the earliest request is granted, with the ticket of the request', () => {
    const view = viewOf({
      sheets: { 'db/0': asking({ restart: 12 }, 15), 'db/1': asking({ restart: 11 }, 20) },
    });
    expect(outcomeOf(decideWith(view))).toEqual([
      { restart: { 'db/1': 11 } },
      ['granted restart db/1', 'waiting restart db/0: held'],
    ]);
  });

  test('equal tickets go by unit number: db/2 before db/10', () => {
    const view = viewOf({
      sheets: { 'db/10': asking({ restart: 11 }), 'db/2': asking({ restart: 11 }) },
    });
    expect(saying(decideWith(view))).toEqual([
      'granted restart db/2',
      'waiting restart db/10: held',
    ]);
  });

  test('a unit that is in the list but gone is granted nothing and is not waited for', () => {
    const view = viewOf({
      sheets: { 'db/0': asking({ restart: 1 }), 'db/1': asking({ restart: 2 }) },
      live: { 'db/1': 'alive' },
    });
    expect(outcomeOf(decideWith(view))).toEqual([
      { restart: { 'db/1': 2 } },
      ['granted restart db/1'],
    ]);
  });

  test('a dying unit is granted nothing new and is not waited for', () => {
    const view = viewOf({
      sheets: { 'db/0': asking({ restart: 1 }), 'db/1': asking({ restart: 2 }) },
      live: { 'db/0': 'dying', 'db/1': 'alive' },
    });
    expect(outcomeOf(decideWith(view))).toEqual([
      { restart: { 'db/1': 2 } },
      ['granted restart db/1'],
    ]);
  });

  test('a live unit without a sheet that can be read asks for nothing', () => {
    const view = viewOf({ sheets: { 'db/0': ABSENT, 'db/1': UNREADABLE } });
    expect(outcomeOf(decideWith(view))).toEqual([{}, []]);
  });

  test('nothing is granted while the live units are unknown, and the policy is not asked', () => {
    const view = viewOf({
      sheets: { 'db/0': asking({ restart: 2 }), 'db/1': asking({ restart: 1, b: 3 }) },
      live: 'unknown',
    });
    const decision = decideWith(view, () => {
      throw new Error('asked');
    });
    expect(outcomeOf(decision)).toEqual([
      {},
      [
        'waiting b db/1: units-unknown',
        'waiting restart db/1: units-unknown',
        'waiting restart db/0: units-unknown',
      ],
    ]);
  });

  test('a unit with a grant in flight is a holder and does not stand in the queue', () => {
    const view = viewOf({
      grants: grantSheet(['restart', { 'db/0': 9 }]),
      sheets: { 'db/0': asking({ restart: 5 }), 'db/1': asking({ restart: 6 }) },
    });
    expect(outcomeOf(decideWith(view, limit(1)))).toEqual([
      { restart: { 'db/0': 9 } },
      ['kept restart db/0: in-flight', 'waiting restart db/1: held'],
    ]);
    expect(plain(decideWith(view, limit(5)).grants)).toEqual({
      restart: { 'db/0': 9, 'db/1': 6 },
    });
  });

  test('a unit whose old grant has just been dropped waits with its new request', () => {
    const view = viewOf({
      grants: grantSheet(['restart', { 'db/0': 4 }]),
      sheets: { 'db/0': asking({ restart: 9 }), 'db/1': asking({ restart: 6 }) },
    });
    expect(outcomeOf(decideWith(view))).toEqual([
      { restart: { 'db/1': 6 } },
      ['dropped restart db/0: released', 'granted restart db/1', 'waiting restart db/0: held'],
    ]);
  });
});

describe('the leader itself', () => {
  const sheets = { 'db/0': asking({ restart: 1 }), 'db/1': asking({ restart: 2 }) };

  test('is granted a lock like any other unit', () => {
    const decision = decideWith(viewOf({ unit: 'db/0', sheets }));
    expect(plain(decision.grants)).toEqual({ restart: { 'db/0': 1 } });
  });

  test('is granted nothing in an action, and keeps its place before the others', () => {
    const view = viewOf({ unit: 'db/0', sheets, mayGrantSelf: false });
    expect(saying(decideWith(view))).toEqual([
      'waiting restart db/0: in-action',
      'waiting restart db/1: behind',
    ]);
  });

  test('grants others in an action what is left beside its own place', () => {
    const view = viewOf({ unit: 'db/0', sheets, mayGrantSelf: false });
    expect(outcomeOf(decideWith(view, limit(2)))).toEqual([
      { restart: { 'db/1': 2 } },
      ['granted restart db/1', 'waiting restart db/0: in-action'],
    ]);
  });

  test('keeps in an action what it holds', () => {
    const grants = grantSheet(['restart', { 'db/0': 1 }]);
    const view = viewOf({ unit: 'db/0', sheets, grants, mayGrantSelf: false });
    expect(saying(decideWith(view))).toEqual([
      'kept restart db/0: held',
      'waiting restart db/1: held',
    ]);
  });
});

describe('several locks', () => {
  const view = viewOf({
    grants: grantSheet(['b', { 'db/3': 1 }]),
    sheets: {
      'db/0': asking({ c: 8, a: 9 }),
      'db/1': asking({ a: 7, b: 8 }),
      'db/3': asking({ b: 1 }),
    },
  });

  test('are walked in name order, whoever asked first, and do not touch each other', () => {
    expect(outcomeOf(decideWith(view))).toEqual([
      { a: { 'db/1': 7 }, b: { 'db/3': 1 }, c: { 'db/0': 8 } },
      [
        'kept b db/3: held',
        'granted a db/1',
        'granted c db/0',
        'waiting a db/0: held',
        'waiting b db/1: held',
      ],
    ]);
    expect([...decideWith(view).grants.keys()]).toEqual(['a', 'b', 'c']);
  });

  test('each have the policy that the function gives, which is asked once a lock', () => {
    const askedFor: LockName[] = [];
    const decision = decide(view, (lock) => {
      askedFor.push(lock);
      return lock === parseLockName('a') ? limit(2) : serial();
    });
    expect(askedFor).toEqual(['a', 'b', 'c']);
    expect(plain(decision.grants)).toEqual({
      a: { 'db/0': 9, 'db/1': 7 },
      b: { 'db/3': 1 },
      c: { 'db/0': 8 },
    });
  });

  test('that nobody asks for or holds any more are not listed', () => {
    const done = viewOf({
      grants: grantSheet(['a', { 'db/0': 3 }], ['b', { 'db/1': 4 }], ['empty', {}]),
      sheets: { 'db/0': idle(3), 'db/1': asking({ b: 4 }) },
    });
    expect([...decideWith(done).grants.keys()]).toEqual(['b']);
  });
});

describe('deciding again', () => {
  const view = viewOf({
    unit: 'db/0',
    grants: grantSheet(['a', { 'db/3': 1 }], ['b', { 'db/4': 2 }]),
    sheets: {
      'db/0': asking({ a: 5, b: 6 }),
      'db/1': asking({ a: 4, c: 7 }),
      'db/3': idle(1),
      'db/4': idle(1),
    },
  });

  test('on the same input says the same', () => {
    expect(decideWith(view)).toEqual(decideWith(view));
  });

  test('on its own outcome changes nothing', () => {
    const first = decideWith(view);
    const again = decideWith({ ...view, grants: first.grants });
    expect(plain(again.grants)).toEqual(plain(first.grants));
    expect([again.dropped, again.granted]).toEqual([[], []]);
    expect(again.waiting).toEqual(first.waiting);
  });

  test('leaves the input as it was', () => {
    const before = structuredClone({ grants: plain(view.grants), live: view.liveUnits });
    decideWith(view);
    expect({ grants: plain(view.grants), live: view.liveUnits }).toEqual(before);
  });
});

describe('whether anybody is involved', () => {
  test('nobody is, where nothing is granted and no sheet asks', () => {
    const view = viewOf({ sheets: { 'db/0': idle(7), 'db/1': ABSENT, 'db/2': UNREADABLE } });
    expect(isAnybodyInvolved(view)).toBe(false);
  });

  test('a holder is', () => {
    expect(isAnybodyInvolved(viewOf({ grants: grantSheet(['a', { 'db/0': 1 }]) }))).toBe(true);
  });

  test('a unit that asks is, although another is read before it', () => {
    const view = viewOf({ sheets: { 'db/0': idle(7), 'db/1': asking({ restart: 1 }) } });
    expect(isAnybodyInvolved(view)).toBe(true);
  });
});
