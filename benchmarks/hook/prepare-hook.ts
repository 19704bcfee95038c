import { seededRandom, type HookContext, type Model } from '@baton/juju-sim/model';

import { batonCharm } from '../roll/baton-charm.ts';
import { makeModel, whileSettling } from '../roll/model.ts';
import { pythonCharm } from '../roll/python-charm.ts';
import { runRound, settle } from '../roll/virtual-driver.ts';
import type { Situation } from './hook-time.ts';

const PEERS = 30;
const SEED = 1;

/** A unit whose next hook, `config-changed`, is in a situation. */
export interface PreparedHook {
  readonly model: Model;
  readonly unit: string;
  /** The version that the unit has restarted with. */
  readonly version: number;
}

/** Brings an application into a situation, with the hooks of what is to be measured. */
export async function prepareHook(
  contestant: 'charmhelpers' | 'baton',
  situation: Situation,
  python: string,
): Promise<PreparedHook> {
  const charm = contestant === 'baton' ? batonCharm() : await pythonCharm(contestant, python);
  try {
    const random = seededRandom(SEED);
    const model = makeModel({ juju: '3.6', units: 1 + PEERS, random });
    const run = (hook: HookContext): Promise<number> => charm.run(hook, () => undefined);
    await settle(model, whileSettling(run), random);
    const unit = situation === 'leader' ? leaderOf(model) : followersOf(model).at(-1);
    if (unit === undefined) throw new Error(`there is no ${situation}`);
    if (situation !== 'follower') await stopInTheMiddle(model, run, random, unit);
    if (situation === 'waiting follower' && charm.version(unit) !== 0)
      throw new Error(`${unit} does not wait`);
    model.controller.setConfig(new Map([['occasion', 'to measure']]));
    model.deliver(unit);
    return { model, unit, version: charm.version(unit) };
  } finally {
    await charm.stop();
  }
}

/** Every unit asks to restart; the leader restarts and grants to the next, and that does not go on. */
async function stopInTheMiddle(
  model: Model,
  run: (hook: HookContext) => Promise<number>,
  random: () => number,
  unit: string,
): Promise<void> {
  model.controller.setConfig(new Map([['version', 1]]));
  await runRound(model, run, random);
  const followers = followersOf(model);
  for (const each of followers) model.stopAgent(each);
  await settle(model, run, random);
  if (!followers.includes(unit)) return;
  model.startAgent(unit);
  await settle(model, run, random);
}

function leaderOf(model: Model): string | undefined {
  return model.controller.leases.holder;
}

function followersOf(model: Model): string[] {
  return [...model.controller.units.keys()].filter((unit) => unit !== leaderOf(model));
}
