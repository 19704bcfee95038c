import { join } from 'node:path';

import { runAgent } from '@baton/charm';
import type { LockStore, Logger } from '@baton/coordinator';

import { charm } from './charm.ts';
import { Configuration } from './configuration.ts';
import { makePolicy, type PolicyChoice } from './policy-choice.ts';
import { unitFolder } from './unit-folder.ts';
import { ManagedServer } from './workload/managed-server.ts';

/** What a unit's agent has to be told. */
export interface UnitSettings {
  /** The unit's name, such as `web/0`. */
  readonly unit: string;
  /** The folder of this run of the demo. */
  readonly runFolder: string;
  readonly policy: PolicyChoice;
  /** The program of the unit's server. */
  readonly serverProgram: string;
  /** The demo's own process. */
  readonly guardianPid: number;
}

/** Runs the charm of one unit until the signal says stop. */
export async function runUnit(
  settings: UnitSettings,
  store: LockStore,
  signal: AbortSignal,
  logger: Logger,
): Promise<void> {
  const configuration = new Configuration(configurationPath(settings.runFolder));
  const server = new ManagedServer({
    folder: unitFolder(settings.runFolder, settings.unit),
    program: settings.serverProgram,
    guardianPid: settings.guardianPid,
  });
  const policy = makePolicy(settings.policy);
  const { hooks } = charm({ store, configuration, server, policy, logger });
  await runAgent({
    hooks,
    store,
    signal,
    logger,
    retry: { firstMs: 500, maxMs: 5_000 },
    events: (fire) => configuration.watch(() => fire('config-changed')),
  });
}

/** Where a run keeps the application's configuration. */
export function configurationPath(runFolder: string): string {
  return join(runFolder, 'config.json');
}

/** Where a run keeps the lock, when it is kept in files. */
export function lockDirectory(runFolder: string): string {
  return join(runFolder, 'lock');
}
