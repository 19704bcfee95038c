import { contestants } from './contestant.ts';
import type { RollCount } from './roll-count.ts';

/** A roll that is to be counted. */
export type PlannedRoll = Pick<RollCount, 'contestant' | 'juju' | 'units' | 'driver'>;

const sizes = [3, 10, 30, 100];
/** Beyond this many units, their hooks as processes take minutes. */
const mostProcesses = 10;

/**
 * The rolls of a run with at most so many units, the longest first. charmhelpers cannot run on Juju 4; without
 * Python only Baton runs.
 */
export function planRolls(upTo: number, hasPython: boolean): PlannedRoll[] {
  const who = contestants.filter((contestant) => contestant === 'baton' || hasPython);
  const rolls = sizes
    .filter((units) => units <= upTo)
    .toReversed()
    .flatMap((units) =>
      who.flatMap((contestant): PlannedRoll[] => [
        { contestant, juju: '3.6', units, driver: 'virtual' },
        ...(units <= mostProcesses
          ? ([{ contestant, juju: '3.6', units, driver: 'processes' }] as const)
          : []),
        ...(isCheapOn4(contestant, units)
          ? ([{ contestant, juju: '4.0', units, driver: 'virtual' }] as const)
          : []),
      ]),
    );
  return rolls;
}

function isCheapOn4(contestant: PlannedRoll['contestant'], units: number): boolean {
  return contestant === 'baton' || (contestant === 'rollingops' && units <= 30);
}
