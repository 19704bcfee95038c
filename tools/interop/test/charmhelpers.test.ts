import { expect, test } from 'vitest';

import { withRoll } from '../roll.ts';
import { describeWithPython } from './with-python.ts';

describeWithPython('the original charmhelpers.coordinator on 3.6', (python) => {
  test('restarts every unit once, one after another', async () => {
    const units = ['charmhelpers', 'charmhelpers', 'charmhelpers'] as const;
    await withRoll({ units, juju: '3.6', updateStatusMs: 10_000, python }, async (roll) => {
      roll.to(1);
      await roll.rolled(1);
      expect(roll.overlaps).toEqual([]);
      expect(roll.restarted(1).toSorted()).toEqual(['roll/0', 'roll/1', 'roll/2']);
      const { hooks, toolCalls } = roll.app.counters;
      console.log(`charmhelpers 1.2.1 on 3.6: ${hooks} hooks, ${toolCalls} tool calls`);
    });
  });
});
