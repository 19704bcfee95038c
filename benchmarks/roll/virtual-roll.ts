import { seededRandom, type HookContext, type JujuSeries, type Model } from '@baton/juju-sim/model';

import { batonCharm } from './baton-charm.ts';
import type { CharmInProcess } from './charm-in-process.ts';
import type { Contestant } from './contestant.ts';
import { pythonCharm } from './python-charm.ts';
import { makeModel, whileSettling } from './model.ts';
import { countHooks, type RanHook, type RollCount } from './roll-count.ts';
import { settle } from './virtual-driver.ts';
import { WrittenBytes } from './written-bytes.ts';

/** A rolling restart to count. */
export interface VirtualRollOptions {
  readonly contestant: Contestant;
  readonly juju: JujuSeries;
  readonly units: number;
  /** What chance is made from. */
  readonly seed: number;
  /** The folder of the virtual environment of Python; Baton needs none. */
  readonly python: string;
}

/** Counts a rolling restart inside this process, in virtual time. */
export async function virtualRoll(options: VirtualRollOptions): Promise<RollCount> {
  const { contestant, python } = options;
  const charm = contestant === 'baton' ? batonCharm() : await pythonCharm(contestant, python);
  try {
    return await roll(charm, options);
  } finally {
    await charm.stop();
  }
}

async function roll(
  charm: CharmInProcess,
  { contestant, juju, units, seed }: VirtualRollOptions,
): Promise<RollCount> {
  const random = seededRandom(seed);
  const model = makeModel({ juju, units, random });
  const ran: RanHook[] = [];
  const written = new WrittenBytes();
  const look = (): void =>
    written.look({
      units: model.controller.units.values(),
      applicationBag: model.controller.applicationBag,
      leaderSettings: model.controller.leaderSettings,
    });
  const runHook = async (hook: HookContext): Promise<number> => {
    const tools: string[] = [];
    look();
    const code = await charm.run(hook, (tool) => {
      // Leader settings are there at once, so one hook may write them more than once.
      if (tool === 'leader-set') look();
      tools.push(tool);
    });
    const leads = model.controller.leases.holder === hook.unit;
    ran.push({ kind: hook.hook?.kind ?? 'action', leads, tools });
    return code;
  };
  await settle(model, whileSettling(runHook), random);
  look();

  const before = { time: model.now, bytes: written.total };
  ran.length = 0;
  model.controller.setConfig(new Map([['version', 1]]));
  await settle(model, runHook, random);
  while (!allRestarted(model, charm)) {
    wait(model, charm);
    await settle(model, runHook, random);
  }
  look();
  return {
    contestant,
    juju,
    units,
    driver: 'virtual',
    ...countHooks(ran),
    bytes: written.total - before.bytes,
    seconds: (model.now - before.time) / 1000,
  };
}

function allRestarted(model: Model, charm: CharmInProcess): boolean {
  return model.controller.living().every(({ name }) => charm.version(name) === 1);
}

/** Time passes until something happens by time alone. */
function wait(model: Model, { due }: CharmInProcess): void {
  const timers = [model.nextTimer(), ...due.map(({ at }) => at)].filter((at) => at !== undefined);
  if (timers.length === 0) throw new Error('the roll has stopped, and no timer will go on with it');
  model.tick(Math.min(...timers));
  for (const each of due.filter(({ at }) => at <= model.now)) {
    due.splice(due.indexOf(each), 1);
    model.enqueueAction(each.unit, 'juju-exec', { command: each.script });
  }
}
