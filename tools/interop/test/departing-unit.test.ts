import { expect, test } from 'vitest';

import { withRoll, type Roll } from '../roll.ts';
import { describeWithPython } from './with-python.ts';

/** The unit that holds the lock is removed while it is at work, and another one waits. The holder. */
async function removeTheHolder(roll: Roll): Promise<string> {
  const holder = await roll.holdAFollower(1);
  await roll.app.removeUnit(holder);
  await roll.quietBut(holder);
  return holder;
}

describeWithPython('a unit that is removed while it is at work under the lock', (python) => {
  test.concurrent('loses the lock at once with charmhelpers', async () => {
    const units = ['charmhelpers', 'charmhelpers', 'charmhelpers'] as const;
    await withRoll({ units, python }, async (roll) => {
      const holder = await removeTheHolder(roll);
      expect(roll.overlaps.length).toBe(1);
      expect(roll.overlaps[0]).toContain(`met ${holder}`);
    });
  });

  test.concurrent('keeps it with Baton until it is gone', async () => {
    const units = ['baton', 'baton', 'baton'] as const;
    await withRoll({ units, impatient: true }, async (roll) => {
      const holder = await removeTheHolder(roll);
      expect(roll.restarted(1).length).toBe(1);
      roll.letGo(holder);
      await roll.until(() => roll.app.status().units.length === 2, `${holder} is gone`);
      await roll.rolled(1);
      expect(roll.overlaps).toEqual([]);
    });
  });
});
