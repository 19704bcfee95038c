/** A rolling restart with Baton. */
import { Hooks } from '@baton/charm';
import { Serial } from '@baton/coordinator';
import { configGet, defaultTransport } from '@baton/hook-tools';
import { JujuLockStore } from '@baton/storage-juju';

import { isNeeded, restart, want, wantedVersion } from './restart.ts';

/** Whether units with charmhelpers are in the application; a constant of the bundle. */
declare const beside: boolean;

/** A function, since a bundle in CommonJS has no `await` outside of one. */
async function main(): Promise<void> {
  const hooks = new Hooks();
  const serial = new Serial({
    store: new JujuLockStore(beside ? { compatibility: 'charmhelpers' } : {}),
    lifecycle: hooks,
  });
  const kind = beside ? 'baton-beside' : 'baton';
  const unit = process.env['JUJU_UNIT_NAME'] ?? '';

  hooks.on(['install', 'config-changed'], async () => {
    want(Number(await configGet(defaultTransport(), 'version')));
  });
  hooks.always(async ({ name }) => {
    if (name === 'stop' || name === 'remove') return;
    const version = wantedVersion();
    const roll = serial.require(
      'restart',
      () => isNeeded(version),
      () => restart({ unit, kind, hook: name, version }),
    );
    await roll();
  });

  await hooks.execute();
}

void main();
