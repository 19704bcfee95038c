import { compactCodec, fromText } from '@baton/coordinator';
import { expect, test } from 'vitest';

import { withRoll, type Roll } from '../roll.ts';
import { describeWithPython } from './with-python.ts';

describeWithPython('a unit that was granted a lock and has been removed', (python) => {
  test.concurrent('stays in the leader settings for ever with charmhelpers', async () => {
    const units = ['charmhelpers', 'charmhelpers'] as const;
    await withRoll({ units, impatient: true, python }, async (roll) => {
      roll.app.elect('roll/0');
      roll.to(1);
      await roll.rolled(1);
      await roll.app.removeUnit('roll/1');
      await roll.until(() => roll.app.status().units.length === 1, 'roll/1 is gone');
      await roll.until(() => !settings(roll).includes('restart'), 'all locks are released');
      expect(settings(roll)).toBe('{"roll/0": {}, "roll/1": {}}');
    });
  });

  test.concurrent('is forgotten with Baton', async () => {
    await withRoll({ units: ['baton', 'baton'] }, async (roll) => {
      roll.app.elect('roll/0');
      roll.to(1);
      await roll.rolled(1);
      await roll.app.removeUnit('roll/1');
      await roll.settled();
      roll.to(2);
      await roll.rolled(2);
      const text = roll.app.leaderSettings.get('baton') ?? '';
      const grants = [...compactCodec.decodeGrantSheet(fromText(text)).values()];
      expect(grants.flatMap((units) => [...units.keys()])).toEqual(['roll/0']);
    });
  });
});

function settings(roll: Roll): string {
  return roll.app.leaderSettings.get('coordinator') ?? '';
}
