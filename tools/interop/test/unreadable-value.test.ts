import { expect, test } from 'vitest';

import { withRoll } from '../roll.ts';
import { describeWithPython } from './with-python.ts';

const value = '{"restart": ';

describeWithPython('a value in the databag of one unit that nobody can read', (python) => {
  test.concurrent('fails the hooks of every unit with charmhelpers', async () => {
    await withRoll({ units: ['charmhelpers', 'charmhelpers'], python }, async (roll) => {
      const failures = (unit: string): number =>
        roll.app.log.filter(
          (entry) => entry.unit === unit && entry.message.includes('failed: exit'),
        ).length;
      await roll.app.runAction('roll/1', 'spoil', { key: 'coordinator', value });
      await roll.until(() => roll.isInError('roll/0'), 'a hook of the other unit has failed');
      roll.to(1);
      await roll.until(() => roll.isInError('roll/1'), 'a hook of the unit itself has failed');
      for (const unit of ['roll/0', 'roll/1']) {
        const before = failures(unit);
        roll.app.resolve(unit);
        await roll.until(() => failures(unit) > before, `the hook of ${unit} has failed again`);
      }
      expect(roll.restarted(1)).toEqual([]);
    });
  });

  test.concurrent('stops that unit alone with Baton', async () => {
    await withRoll({ units: ['baton', 'baton', 'baton'] }, async (roll) => {
      await roll.app.runAction('roll/2', 'spoil', { key: 'baton', value });
      await roll.quietBut();
      roll.to(1);
      await roll.until(() => roll.restarted(1).length === 2, 'the other units have restarted');
      await roll.quietBut('roll/2');
      expect(roll.restarted(1).toSorted()).toEqual(['roll/0', 'roll/1']);
      // The log says how to get it going again.
      const said = roll.app.log
        .map(({ message }) => /juju exec --unit (\S+) '(.*)'$/.exec(message))
        .find((match) => match !== null);
      const [, unit = '', command = ''] = said ?? [];
      await roll.app.runAction(unit, 'juju-exec', { command });
      roll.to(2);
      await roll.rolled(2);
      expect(roll.overlaps).toEqual([]);
    });
  });
});
