import { Hooks } from '@baton/charm';
import { Serial, type LockStore, type Logger, type Policy } from '@baton/coordinator';

import type { ManagedServer } from './workload/managed-server.ts';

/** What the charm works with. */
export interface CharmOptions {
  /** The one thing that differs between a laptop, a test and a deployed charm. */
  readonly store: LockStore;
  readonly configuration: {
    /** The version that is wanted now. */
    version(): number;
  };
  readonly server: ManagedServer;
  readonly policy?: Policy;
  readonly logger?: Logger;
}

/** The charm, and its locks for those who want to tell of them. */
export interface Charm {
  readonly hooks: Hooks;
  readonly serial: Serial;
}

/** The charm: whenever its server no longer serves what is configured, it is restarted under the lock. */
export function charm({ store, configuration, server, ...options }: CharmOptions): Charm {
  const hooks = new Hooks();
  const serial = new Serial({ store, lifecycle: hooks, ...options });

  function needsRestart(): boolean {
    return server.wasStarted() && server.version() !== configuration.version();
  }

  hooks.on('start', async () => {
    if (!server.wasStarted()) await server.start(configuration.version());
  });
  hooks.on('stop', () => server.remove());

  hooks.always(
    serial.require('restart', needsRestart, async () => {
      // The lock may come when the reason for it is gone.
      if (!needsRestart()) return;
      await server.stop();
      await server.start(configuration.version());
    }),
  );

  return { hooks, serial };
}
