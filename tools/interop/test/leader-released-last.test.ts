import { expect, test } from 'vitest';

import { leaderInTheMiddle } from '../leader-in-the-middle.ts';
import { withRoll } from '../roll.ts';
import { describeWithPython } from './with-python.ts';

describeWithPython('the unit that waits behind the leader', (python) => {
  test.concurrent('waits for update-status with charmhelpers', async () => {
    const units = ['charmhelpers', 'charmhelpers', 'charmhelpers'] as const;
    await withRoll({ units, python }, async (roll) => {
      await leaderInTheMiddle(roll);
      await roll.settled();
      expect(roll.restarted(1)).toEqual(['roll/0', 'roll/1']);
    });
  });

  test.concurrent('is served at once with Baton', async () => {
    await withRoll({ units: ['baton', 'baton', 'baton'] }, async (roll) => {
      await leaderInTheMiddle(roll);
      await roll.settled();
      expect(roll.restarted(1)).toEqual(['roll/0', 'roll/1', 'roll/2']);
      expect(roll.overlaps).toEqual([]);
    });
  });
});
