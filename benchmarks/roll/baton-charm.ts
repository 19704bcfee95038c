import { Hooks } from '@baton/charm';
import { Serial, type Clock } from '@baton/coordinator';
import { configGet, HookContext, type HookToolTransport } from '@baton/hook-tools';
import {
  inProcessEnvironment,
  inProcessTransport,
  type HookContext as HookInModel,
} from '@baton/juju-sim/model';
import { JujuLockStore } from '@baton/storage-juju';

// Not exported by the package: a benchmark may look inside.
import { JujuLogger } from '../../packages/charm/src/juju/juju-logger.ts';
import type { CharmInProcess } from './charm-in-process.ts';

/** The charm of `tools/interop/charms/baton`, each hook with coordinator and store of its own, as in a process. */
export function batonCharm(): CharmInProcess {
  const versions = new Map<string, number>();
  const wanted = new Map<string, number>();
  return {
    due: [],
    version: (unit) => versions.get(unit) ?? 0,
    stop: async () => undefined,
    async run(hook, onCall) {
      const { transport, context } = toolsOf(hook, onCall);
      const logger = new JujuLogger(transport);
      const hooks = new Hooks();
      const store = new JujuLockStore({ relation: 'cluster', transport, context });
      const serial = new Serial({ store, lifecycle: hooks, logger, clock: clockOf(hook) });
      hooks.on(['install', 'config-changed'], async () => {
        wanted.set(context.unit, Number(await configGet(transport, 'version')));
      });
      hooks.always(async ({ name }) => {
        if (name === 'stop' || name === 'remove') return;
        const version = wanted.get(context.unit) ?? 0;
        const roll = serial.require(
          'restart',
          () => versions.get(context.unit) !== version && version !== 0,
          async () => void versions.set(context.unit, version),
        );
        await roll();
      });
      const result = await hooks.run({ name: context.name ?? '', kind: 'hook' });
      await logger.flush();
      if (!result.ok) throw result.error;
      return 0;
    },
  };
}

function toolsOf(
  hook: HookInModel,
  onCall: (tool: string) => void,
): { readonly transport: HookToolTransport; readonly context: HookContext } {
  const tools = inProcessTransport(hook);
  return {
    transport: {
      run: (call) => {
        onCall(call.tool);
        return tools.run(call);
      },
    },
    context: HookContext.fromEnvironment(inProcessEnvironment(hook)),
  };
}

/** The time of the model, which stands still while a hook runs: nothing in it comes due. */
function clockOf(hook: HookInModel): Clock {
  return {
    nowMicros: () => hook.now * 1000,
    monotonicMs: () => hook.now,
    every: () => () => undefined,
  };
}
