import { hookEnvironment } from '../driver/hook-environment.ts';
import type { HookContext } from '../model/hook-context.ts';

/** What the environment of a hook depends on beside the hook. */
export interface InProcessEnvironmentOptions {
  /** The folder of the charm; the variables of it are empty unless given. */
  readonly charmFolder?: string;
  /** The name of the model; `juju-sim` unless given. */
  readonly modelName?: string;
}

/**
 * The variables that Juju gives the process of a hook, for one that has no process: `HookContext` of
 * `@baton/hook-tools` is made from them. There is no socket and no folder of tools; what is of them is empty.
 */
export function inProcessEnvironment(
  context: HookContext,
  { charmFolder = '', modelName = 'juju-sim' }: InProcessEnvironmentOptions = {},
): Readonly<Record<string, string>> {
  return hookEnvironment(context, {
    charmFolder,
    modelName,
    socketAddress: '',
    toolsFolder: '',
    path: '',
  });
}
