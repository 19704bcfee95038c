import { Serial, type Logger } from '@baton/coordinator';
import { JujuLockStore, type JujuLockStoreOptions } from '@baton/storage-juju';

import type { Simulation } from './simulation.ts';

/** What a hook that ran can be asked. */
export interface RanHook {
  /** The tools it called, as on a command line, without `--format=json`. */
  readonly calls: readonly string[];
  /** What it logged as a warning or an error. */
  readonly complaints: readonly string[];
}

/** What is run, and with which store. */
export interface HookOptions {
  /** The charm's code. */
  readonly charm?: ((serial: Serial) => Promise<unknown>) | undefined;
  readonly options?: Omit<JujuLockStoreOptions, 'transport' | 'context'>;
  /** The exit code. */
  readonly code?: number;
}

/** Runs a unit's next hook, or an action, with a coordinator of its own, as the process of a charm does. */
export async function runHook(
  simulation: Simulation,
  unit: string,
  { charm = async () => undefined, options = { relation: 'cluster' }, code = 0 }: HookOptions = {},
): Promise<RanHook> {
  const running = simulation.begin(unit);
  const { transport, context, calls } = running;
  const store = new JujuLockStore({ relation: 'cluster', ...options, transport, context });
  const complaints: string[] = [];
  const serial = new Serial({ store, logger: complaining(complaints) });
  try {
    await serial.run(async () => {
      await charm(serial);
      if (code !== 0) throw new CharmFailed();
    });
  } catch (error) {
    if (!(error instanceof CharmFailed)) throw error;
  }
  await simulation.finish(running, code);
  return {
    calls: calls.map(({ tool, args }) =>
      [tool, ...args.filter((argument) => argument !== '--format=json')].join(' '),
    ),
    complaints,
  };
}

class CharmFailed extends Error {}

const nothing = (): void => undefined;

function complaining(lines: string[]): Logger {
  const keep = (line: string): void => void lines.push(line);
  return { debug: nothing, info: nothing, warn: keep, error: keep };
}
