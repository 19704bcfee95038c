import { expect, test } from 'vitest';

import { withRoll } from '../roll.ts';
import { describeWithPython } from './with-python.ts';

describeWithPython('units with charmhelpers and units with Baton in one application', (python) => {
  test.concurrent('restart one after another under leaders of both kinds', async () => {
    const units = [
      'charmhelpers',
      'baton-beside',
      'baton-beside',
      'charmhelpers',
      'baton-beside',
    ] as const;
    await withRoll({ units, impatient: true, python }, async (roll) => {
      roll.app.elect('roll/3');
      await roll.settled();
      // The one that leads has restarted: charmhelpers would lose a grant to itself that nobody has seen.
      const holder = await roll.holdAFollower(1);
      roll.app.elect('roll/1');
      await roll.quietBut(holder);
      roll.letGo(holder);
      await roll.rolled(1);
      expect(roll.overlaps).toEqual([]);
      expect(roll.app.leader).toBe('roll/1');
      const restarts = roll.journal.filter(({ event }) => event === 'ended');
      expect(restarts.map(({ unit, kind }) => `${unit} ${kind}`).toSorted()).toEqual(
        units.map((kind, number) => `roll/${number} ${kind}`),
      );
    });
  });

  test.concurrent('are upgraded one by one from charmhelpers to Baton and on without the option, and all the way back', async () => {
    const kinds = ['charmhelpers', 'charmhelpers', 'charmhelpers'] as const;
    await withRoll({ units: kinds, impatient: true, python }, async (roll) => {
      const units = ['roll/0', 'roll/1', 'roll/2'];
      const steps = ['baton-beside', 'baton', 'baton-beside', 'charmhelpers'] as const;
      for (const [index, kind] of steps.entries()) {
        const version = index + 1;
        // Those that wait are upgraded while one holds the lock, and that one while it is another's.
        const first = await roll.holdOne(version);
        for (const unit of units) if (unit !== first) await roll.upgrade(kind, unit);
        await roll.quietBut(first);
        expect(roll.restarted(version)).toEqual([]);
        const second = await roll.passOn(first);
        await roll.upgrade(kind, first);
        await roll.quietBut(second);
        roll.letGo(second);
        await roll.rolled(version);
        expect(roll.overlaps).toEqual([]);
        expect(roll.restarted(version).toSorted()).toEqual(units);
        const asked = roll.journal.filter(({ detail }) => detail === String(version));
        expect(new Set(asked.map((entry) => entry.kind)).size).toBe(2);
      }
    });
  });
});
