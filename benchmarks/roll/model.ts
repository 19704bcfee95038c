import { Model, type JujuSeries } from '@baton/juju-sim/model';

import type { RunHook } from './virtual-driver.ts';

/** What an application is made of. */
export interface ModelOptions {
  readonly juju: JujuSeries;
  readonly units: number;
  readonly random: () => number;
}

/** The application of `tools/interop`, its units just added. */
export function makeModel({ juju, units, random }: ModelOptions): Model {
  const model = new Model({
    application: 'roll',
    juju,
    random,
    now: Date.now(),
    peerEndpoint: 'cluster',
    config: new Map<string, number | string>([
      ['version', 0],
      ['occasion', ''],
    ]),
  });
  for (let count = 0; count < units; count += 1) model.addUnit();
  return model;
}

/**
 * While an application settles, N² hooks tell its units of each other, and there is nothing for a charm to do in
 * them but to look at the peer: its code is left out, and the look is not. It runs in all other hooks, in which
 * it publishes what it begins with.
 */
export function whileSettling(run: RunHook): RunHook {
  return async (hook) => {
    const peer = hook.hook?.remoteUnit ?? '';
    if (peer === '') return await run(hook);
    // The agent keeps what was read until it hears of a change, also for the hooks that follow.
    if (hook.members.includes(peer)) hook.remoteBag(peer);
    return 0;
  };
}
