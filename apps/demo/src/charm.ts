import { Hooks } from '@baton/charm';
import { Serial, type LockStore, type Logger, type Policy } from '@baton/coordinator';

import type { Configuration } from './configuration.ts';
import type { ManagedServer } from './workload/managed-server.ts';

/** What the charm works with. */
export interface CharmOptions {
  /** The one thing that differs between a laptop, a test and a deployed charm. */
  readonly store: LockStore;
  readonly configuration: Configuration;
  readonly server: ManagedServer;
  readonly policy?: Policy;
  readonly logger?: Logger;
}

/** The charm: whenever its server no longer serves what is configured, it is restarted under the lock. */
export function charm({ store, configuration, server, ...options }: CharmOptions): Hooks {
  const hooks = new Hooks();
  const serial = new Serial({ store, lifecycle: hooks, ...options });

  function needsRestart(): boolean {
    return server.wasStarted() && server.version() !== configuration.version();
  }

  hooks.on('start', async () => {
    if (!server.wasStarted()) await server.start(configuration.version());
  });

  hooks.always(
    serial.require('restart', needsRestart, async () => {
      await server.stop();
      await server.start(configuration.version());
    }),
  );

  return hooks;
}
