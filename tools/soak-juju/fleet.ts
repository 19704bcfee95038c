import { readFile } from 'node:fs/promises';

import type { Application, UnitStatus } from '@baton/juju-sim';

import { identify, isAlive, type ProcessIdentity } from '../../apps/demo/src/process-identity.ts';
import { stateFolder } from '../../apps/demo/src/unit-folder.ts';
import { readServerRecord } from '../../apps/demo/src/workload/managed-server.ts';

/** The units of an application that are there and alive. */
export function aliveUnits(app: Application): readonly UnitStatus[] {
  return app.status().units.filter(({ life }) => life === 'alive');
}

/** What is recorded of a unit's server; undefined where it was never started. The unit must be there. */
export function serverOf(app: Application, unit: string): ReturnType<typeof readServerRecord> {
  return readServerRecord(stateFolder(app.charmFolder(unit)));
}

/** The process of a unit's server that runs; undefined where none does. */
export function runningServer(app: Application, unit: string): ProcessIdentity | undefined {
  const process = serverOf(app, unit)?.process;
  return process !== undefined && isAlive(process) ? process : undefined;
}

/** The process of the charm in the hook that a unit runs; undefined where it runs none. */
export async function hookProcess(
  app: Application,
  unit: string,
): Promise<ProcessIdentity | undefined> {
  for (const pid of await app.processes(unit)) {
    const process = identify(pid);
    // It may have ended meanwhile.
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (/charm\.cjs|dispatch/.test(line)) return process;
  }
  return undefined;
}
