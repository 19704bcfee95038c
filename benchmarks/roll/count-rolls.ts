import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { processRoll } from './process-roll.ts';
import { rollCountSchema, type RollCount } from './roll-count.ts';
import type { PlannedRoll } from './roll-plan.ts';

const run = promisify(execFile);
const program = fileURLToPath(new URL('one-roll.ts', import.meta.url));
/** What a worker prints is a few kilobytes. */
const maxBuffer = 2 ** 20;

/**
 * Counts rolls: the virtual ones, whose counts do not depend on what else the machine does, as many at once as it
 * has processors; then those with processes, one after another.
 *
 * @param python the folder of the virtual environment of Python; empty if there is none
 */
export async function countRolls(
  planned: readonly PlannedRoll[],
  python: string,
  progress: (what: string) => void,
): Promise<RollCount[]> {
  const counts: RollCount[] = [];
  const count = async (roll: PlannedRoll, act: () => Promise<RollCount>): Promise<void> => {
    const started = performance.now();
    counts.push(await act());
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    progress(`counted ${nameOf(roll)} (${seconds} s)`);
  };
  const virtual = planned.filter(({ driver }) => driver === 'virtual');
  const lanes = Array.from({ length: availableParallelism() }, async () => {
    for (let roll = virtual.shift(); roll !== undefined; roll = virtual.shift()) {
      const next = roll;
      await count(next, () => inProcessOfItsOwn(next, python));
    }
  });
  await Promise.all(lanes);
  for (const roll of planned.filter(({ driver }) => driver === 'processes'))
    await count(roll, () => processRoll({ ...roll, python }));
  return counts;
}

async function inProcessOfItsOwn(
  { contestant, juju, units }: PlannedRoll,
  python: string,
): Promise<RollCount> {
  const args = [...process.execArgv, program, contestant, juju, String(units), python];
  const { stdout } = await run(process.execPath, args, { maxBuffer });
  return rollCountSchema.parse(JSON.parse(stdout));
}

function nameOf({ contestant, juju, units, driver }: PlannedRoll): string {
  return `a roll of ${units} units with ${contestant} on Juju ${juju}, ${driver}`;
}
