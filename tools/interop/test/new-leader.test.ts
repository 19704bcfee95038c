import { expect, test } from 'vitest';

import { withRoll, type Roll } from '../roll.ts';
import { describeWithPython } from './with-python.ts';

/** A unit is added and leads at once, while another holds the lock of which it has not heard. The holder. */
async function addALeader(roll: Roll): Promise<string> {
  const holder = await roll.holdAFollower(1);
  roll.app.elect(roll.app.addUnit());
  await roll.quietBut(holder);
  return holder;
}

describeWithPython('a new unit that leads before it has met its peers', (python) => {
  test.concurrent('takes the lock away from its holder with charmhelpers', async () => {
    const units = ['charmhelpers', 'charmhelpers'] as const;
    await withRoll({ units, python }, async (roll) => {
      const holder = await addALeader(roll);
      expect(roll.overlaps).toEqual([`roll/2 met ${holder}`]);
    });
  });

  test.concurrent('waits with Baton until the holder has released it', async () => {
    await withRoll({ units: ['baton', 'baton'] }, async (roll) => {
      const holder = await addALeader(roll);
      expect(roll.app.leader).toBe('roll/2');
      roll.letGo(holder);
      await roll.rolled(1);
      expect(roll.overlaps).toEqual([]);
      expect(roll.restarted(1).at(-1)).toBe('roll/2');
    });
  });
});
