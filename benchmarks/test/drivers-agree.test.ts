import { expect, test } from 'vitest';

import { describeWithPython } from '../../tools/interop/test/with-python.ts';
import { processRoll } from '../roll/process-roll.ts';
import type { RollCount } from '../roll/roll-count.ts';
import { virtualRoll } from '../roll/virtual-roll.ts';

const SEED = 1;

/** What a follower does in a hook is the same however that runs; which changes reach a unit as one is chance. */
function whatFollowersDo({ follower, callsByTool }: RollCount) {
  return { least: follower.least, most: follower.most, tools: Object.keys(callsByTool) };
}

describeWithPython('a rolling restart of three units', (python) => {
  // With charmlibs-rollingops it takes a minute, most of it asleep.
  test.each(['charmhelpers', 'baton'] as const)(
    'is the same with processes and in virtual time: %s',
    async (contestant) => {
      const options = { contestant, juju: '3.6', units: 3, python } as const;
      const real = await processRoll(options);
      const virtual = await virtualRoll({ ...options, seed: SEED });
      expect(whatFollowersDo(virtual)).toEqual(whatFollowersDo(real));
    },
  );
});
