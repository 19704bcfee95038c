import type { HookContext } from '@baton/juju-sim/model';

/** A charm whose hooks run without a process of their own. `stop` it in the end. */
export interface CharmInProcess {
  /** Runs one hook or action, its tools called on the context; resolves to the exit code. */
  readonly run: (hook: HookContext, onCall: (tool: string) => void) => Promise<number>;
  /** The version that a unit restarted with last; 0 until it has. */
  readonly version: (unit: string) => number;
  /** What is to be run on a unit at some time: by a process that the charm left in the background. */
  readonly due: { unit: string; at: number; script: string }[];
  readonly stop: () => Promise<void>;
}
