/** The charm as Juju runs it: `dispatch` starts it once for every hook and every action. */
import { join } from 'node:path';

import { configGet, defaultTransport, HookContext } from '@baton/hook-tools';
import { JujuLockStore } from '@baton/storage-juju';

import { charm } from '../../src/charm.ts';
import { makePolicy } from '../../src/policy-choice.ts';
import { stateFolder } from '../../src/unit-folder.ts';
import { ManagedServer } from '../../src/workload/managed-server.ts';
import { readConfig } from '../../src/juju/charm-config.ts';
import { showLocks } from '../../src/juju/show-locks.ts';
import { showStatus, statusOf } from '../../src/juju/unit-status.ts';

/** Hooks of a unit that goes: it waits for nothing any more. */
const LAST_HOOKS: ReadonlySet<string> = new Set(['stop', 'remove']);

/** A function, since a bundle in CommonJS, which starts faster, has no `await` outside of one. */
async function main(): Promise<void> {
  const transport = defaultTransport();
  const { charmDirectory = '.' } = HookContext.fromEnvironment();
  const { version, policy, guardian } = readConfig(await configGet(transport));
  const folder = stateFolder(charmDirectory);
  const { hooks, serial } = charm({
    // With its name, no hook has to look it up in the charm's metadata.
    store: new JujuLockStore({ relation: 'peers' }),
    configuration: { version: () => version },
    server: new ManagedServer({
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
  await hooks.execute();
}

void main();
