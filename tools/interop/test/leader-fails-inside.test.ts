import { expect, test } from 'vitest';

import { withRoll, type Roll } from '../roll.ts';
import { describeWithPython } from './with-python.ts';

/** The leader's hook fails in the middle of its restart, and another unit becomes the leader. */
async function failAndElect(roll: Roll): Promise<void> {
  roll.app.elect('roll/0');
  await roll.settled();
  await roll.app.stopAgent('roll/1');
  roll.failInside('roll/0');
  roll.to(1);
  await roll.until(() => roll.isInError('roll/0'), 'the leader has failed');
  roll.app.startAgent('roll/1');
  roll.app.elect('roll/1');
  await roll.quietBut('roll/0');
}

describeWithPython('a leader whose hook failed in the middle of its work', (python) => {
  test.concurrent('loses its lock with charmhelpers, since nobody was told of it', async () => {
    const units = ['charmhelpers', 'charmhelpers'] as const;
    await withRoll({ units, python }, async (roll) => {
      await failAndElect(roll);
      expect(roll.overlaps).toEqual(['roll/1 met roll/0']);
    });
  });

  test.concurrent('keeps it with Baton until its hook has been repeated', async () => {
    await withRoll({ units: ['baton', 'baton'] }, async (roll) => {
      await failAndElect(roll);
      expect(roll.overlaps).toEqual([]);
      expect(roll.restarted(1)).toEqual([]);
      roll.heal('roll/0');
      roll.app.resolve('roll/0');
      await roll.rolled(1);
      expect(roll.overlaps).toEqual([]);
      expect(roll.restarted(1)).toEqual(['roll/0', 'roll/1']);
    });
  });
});
