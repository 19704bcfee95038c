import type { Snapshot, UnitSnapshot } from '../../src/snapshot.ts';

/** A unit that serves the old version and wants nothing. */
export function aUnit(number: number, more: Partial<UnitSnapshot> = {}): UnitSnapshot {
  return {
    unit: `web/${number}`,
    leader: false,
    state: 'serving',
    holder: false,
    version: 1,
    since: 0,
    ...more,
  };
}

/** A unit whose server is down under the lock. */
export function aRestarting(number: number, more: Partial<UnitSnapshot> = {}): UnitSnapshot {
  const { version: _none, ...unit } = aUnit(number, {
    state: 'restarting',
    holder: true,
    since: 5,
  });
  return { ...unit, ...more };
}

/** These units at one moment, while version 2 is wanted. */
export function aSnapshot(...units: UnitSnapshot[]): Snapshot {
  return { at: 1_000, wanted: 2, units, client: { answered: 0, retried: 0, failed: 0 } };
}
