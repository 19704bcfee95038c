/**
 * A unit's agent, a process of its own: it runs the charm and nothing else.
 *
 * Argument: the {@link UnitSettings} as JSON.
 */
import { FileLockStore } from '@baton/storage-file';

import { lockDirectory, runUnit, type UnitSettings } from './run-unit.ts';

/** A function, since a bundle in CommonJS has no `await` outside of one; and that form starts faster. */
async function main(): Promise<void> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the demo that starts the agent passes these
  const settings = JSON.parse(process.argv[2] ?? '') as UnitSettings;

  const stop = new AbortController();
  process.on('SIGTERM', () => stop.abort());
  // Ctrl-C reaches every process of the terminal; the demo hears it too and ends its agents in order.
  process.on('SIGINT', () => undefined);
  // The demo is gone: nobody is left to watch.
  process.on('disconnect', () => stop.abort());

  const store = new FileLockStore({
    directory: lockDirectory(settings.runFolder),
    unit: settings.unit,
  });
  await runUnit(settings, store, stop.signal, console);
  await store.close();
  if (process.connected) process.disconnect();
}

void main();
