import { expect, test } from 'vitest';

import { withRoll } from '../roll.ts';

test.concurrent.each(['3.6', '4.0'] as const)(
  'a charm with Baton restarts every unit once, one after another, on %s',
  async (juju) => {
    const units = ['baton', 'baton', 'baton'] as const;
    await withRoll({ units, juju }, async (roll) => {
      roll.to(1);
      await roll.rolled(1);
      await roll.settled();
      expect(roll.overlaps).toEqual([]);
      expect(roll.restarted(1).toSorted()).toEqual(['roll/0', 'roll/1', 'roll/2']);
      const { hooks, toolCalls } = roll.app.counters;
      console.log(`Baton on ${juju}: ${hooks} hooks, ${toolCalls} tool calls`);
    });
  },
);
