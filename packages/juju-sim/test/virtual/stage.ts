import type { ToolResult } from '@baton/hook-tools';

import {
  VirtualApplication,
  type Move,
  type VirtualApplicationOptions,
  type VirtualHook,
} from '../../src/virtual/index.ts';

/** A virtual application that waits for a test's moves. */
export function stage(
  units: number,
  code: (hook: VirtualHook) => Promise<unknown>,
  options: Partial<VirtualApplicationOptions> = {},
): VirtualApplication {
  const charm = async (hook: VirtualHook): Promise<number> => {
    try {
      await code(hook);
      return 0;
    } catch (error) {
      if (error instanceof Error && error.name === 'CharmFailure') return 1;
      throw error;
    }
  };
  const application = new VirtualApplication({ juju: '3.6', units, seed: 1, charm, ...options });
  application.model.setUpdateStatus(false);
  return application;
}

/** Calls a hook tool; the words of the line are its arguments. */
export function call({ transport }: VirtualHook, line: string): Promise<ToolResult> {
  const [tool = '', ...args] = line.split(' ');
  return transport.run({ tool, args });
}

/** Lets the units run what there is to run, and hear what there is to hear, until nothing moves. */
export async function settle(application: VirtualApplication): Promise<void> {
  for (;;) {
    const move = nextMove(application);
    if (move === undefined) return;
    await application.apply(move);
  }
}

function nextMove(application: VirtualApplication): Move | undefined {
  const { units, model } = application;
  for (const machine of units) {
    const move = application.nextMoveOf(machine);
    if (move !== undefined) return move;
    const [topic] = model.undelivered(machine.unit);
    if (topic !== undefined) return { do: 'deliver', unit: machine.unit, topic };
  }
  const ms = application.idleForMs;
  return ms === undefined ? undefined : { do: 'wait', ms };
}

/** Has a unit begin `config-changed`: the charm's code has gone on to where it waits. */
export async function beginConfigChanged(
  application: VirtualApplication,
  unit: string,
  value = 1,
): Promise<void> {
  await application.apply({ do: 'set-config', value });
  await application.apply({ do: 'deliver', unit, topic: 'config' });
  await application.apply({ do: 'step', unit });
}
