/** What Juju needs besides the charm itself: the store, the options, the status and the action. */
import { join } from 'node:path';

import type { Hooks } from '@baton/charm';
import { configGet, defaultTransport, HookContext } from '@baton/hook-tools';
import { JujuLockStore } from '@baton/storage-juju';

import { charm } from '../../src/charm.ts';
import { makePolicy } from '../../src/policy-choice.ts';
import { stateFolder } from '../../src/unit-folder.ts';
import { ManagedServer, type ManagedServerOptions } from '../../src/workload/managed-server.ts';
import { readConfig } from '../../src/juju/charm-config.ts';
import { showLocks } from '../../src/juju/show-locks.ts';
import { showStatus, statusOf } from '../../src/juju/unit-status.ts';

/** Hooks of a unit that goes: it waits for nothing any more. */
const LAST_HOOKS: ReadonlySet<string> = new Set(['stop', 'remove']);

/** Makes the charm for the hook of this process; `execute` what it resolves to. A trial may bring a server of its own. */
export async function jujuCharm(
  makeServer: (options: ManagedServerOptions) => ManagedServer = (options) =>
    new ManagedServer(options),
): Promise<Hooks> {
  const transport = defaultTransport();
  const { charmDirectory = '.' } = HookContext.fromEnvironment();
  const { version, policy, guardian } = readConfig(await configGet(transport));
  const folder = stateFolder(charmDirectory);
  const { hooks, serial } = charm({
    // With its name, no hook has to look it up in the charm's metadata.
    store: new JujuLockStore({ relation: 'peers' }),
    configuration: { version: () => version },
    server: makeServer({
      folder,
      program: join(charmDirectory, 'server.mjs'),
      guardianPid: guardian,
    }),
    policy: makePolicy(policy),
  });

  hooks.always(async ({ name }) => {
    if (LAST_HOOKS.has(name)) return;
    await showStatus(transport, join(folder.path, 'status'), statusOf(serial.explain('restart')));
  });
  hooks.action('show-locks', () => showLocks(transport, [serial.explain('restart')]));
  return hooks;
}
