import { expect, test } from 'vitest';

import { withRoll } from '../roll.ts';
import { describeWithPython } from './with-python.ts';

describeWithPython('a charm with ops and charmlibs-rollingops', (python) => {
  // Its worker sleeps for ten seconds before the leader's own turn: the lines of Juju wait together.
  test.concurrent.each(['3.6', '4.0'] as const)('restarts every unit once on %s', async (juju) => {
    const units = ['rollingops', 'rollingops'] as const;
    await withRoll({ units, juju, python }, async (roll) => {
      roll.to(1);
      await roll.rolled(1);
      await roll.settled();
      expect(roll.overlaps).toEqual([]);
      expect(roll.restarted(1).toSorted()).toEqual(['roll/0', 'roll/1']);
      const { hooks, toolCalls } = roll.app.counters;
      console.log(`charmlibs-rollingops 1.1.5 on ${juju}: ${hooks} hooks, ${toolCalls} tool calls`);
    });
  });
});
