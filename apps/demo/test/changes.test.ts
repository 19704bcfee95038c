import { describe, expect, it } from 'vitest';

import { changesBetween } from '../src/changes.ts';
import { isSettled } from '../src/snapshot.ts';
import { aRestarting, aSnapshot, aUnit } from './help/snapshots.ts';

describe('changesBetween', () => {
  it('says nothing when nothing changed', () => {
    const snapshot = aSnapshot(aUnit(0, { leader: true }), aRestarting(1));
    expect(changesBetween(snapshot, snapshot)).toEqual([]);
  });

  it('says first what ended and then what begins', () => {
    const waits = { place: 1, why: 'held by web/1', state: 'waiting', askedAt: 1 } as const;
    const before = aSnapshot(aUnit(0, waits), aRestarting(1));
    const after = aSnapshot(aRestarting(0), aUnit(1, { version: 2, since: 9 }));
    expect(changesBetween(before, after)).toEqual([
      'web/1 serves version 2',
      'web/1 gives the lock back',
      'web/0 has the lock',
      'web/0 takes its server down',
    ]);
  });

  it('says who waits, in which place and why', () => {
    const waits = { state: 'waiting', askedAt: 1, why: 'held by web/1' } as const;
    const first = aSnapshot(aUnit(0));
    const second = aSnapshot(aUnit(0, { ...waits, place: 2 }));
    const third = aSnapshot(aUnit(0, { ...waits, place: 1 }));
    expect(changesBetween(first, second)).toEqual([
      'web/0 asks for the lock: place 2, held by web/1',
    ]);
    expect(changesBetween(second, third)).toEqual(['web/0 moves up: place 1, held by web/1']);
  });
});

describe('isSettled', () => {
  it('wants every unit to serve the wanted version and the lock to be free', () => {
    const done = { version: 2 } as const;
    expect(isSettled(aSnapshot(aUnit(0, done), aUnit(1, done)))).toBe(true);
    expect(isSettled(aSnapshot(aUnit(0, done), aUnit(1)))).toBe(false);
    expect(isSettled(aSnapshot(aUnit(0, done), aRestarting(1)))).toBe(false);
    expect(isSettled(aSnapshot(aUnit(0, { ...done, holder: true, askedAt: 3 })))).toBe(false);
    expect(isSettled(aSnapshot(aUnit(0, { ...done, state: 'agent killed' })))).toBe(false);
  });
});
