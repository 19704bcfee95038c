import { describe, expect, it } from 'vitest';

import { chooseVictim } from '../src/victim.ts';
import { aRestarting, aSnapshot, aUnit } from './help/snapshots.ts';

describe('chooseVictim', () => {
  it('chooses nobody while no server is down', () => {
    const snapshot = aSnapshot(aUnit(0, { leader: true }), aUnit(1, { version: 2 }));
    expect(chooseVictim('holder', snapshot)).toBeUndefined();
    expect(chooseVictim('leader', snapshot)).toBeUndefined();
  });

  it('chooses the holder once another unit is done', () => {
    const first = aSnapshot(aUnit(0, { leader: true }), aRestarting(1));
    expect(chooseVictim('holder', first)).toBeUndefined();
    const second = aSnapshot(aUnit(0, { leader: true, version: 2 }), aRestarting(1));
    expect(chooseVictim('holder', second)).toBe('web/1');
  });

  it('chooses the leader while somebody else holds', () => {
    const own = aSnapshot(aRestarting(0, { leader: true }), aUnit(1, { version: 2 }), aUnit(2));
    expect(chooseVictim('leader', own)).toBeUndefined();
    const other = aSnapshot(aUnit(0, { leader: true, version: 2 }), aRestarting(1), aUnit(2));
    expect(chooseVictim('leader', other)).toBe('web/0');
  });

  it('chooses the leader at the last occasion, though nobody is done', () => {
    expect(chooseVictim('leader', aSnapshot(aUnit(0, { leader: true }), aRestarting(1)))).toBe(
      'web/0',
    );
    const sooner = aSnapshot(aUnit(0, { leader: true }), aRestarting(1), aUnit(2));
    expect(chooseVictim('leader', sooner)).toBeUndefined();
  });
});
