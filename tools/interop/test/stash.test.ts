import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { withRoll } from '../roll.ts';
import { describeWithPython } from './with-python.ts';

const config = { version: 1 };

describeWithPython('a request made in install, before there are peers', (python) => {
  test.concurrent('stays for ever in the file where it was kept with charmhelpers', async () => {
    const units = ['charmhelpers', 'charmhelpers'] as const;
    await withRoll({ units, config, impatient: true, python }, async (roll) => {
      await roll.rolled(1);
      await roll.settled();
      const file = join(roll.app.charmFolder('roll/1'), '.charmhelpers.coordinator.Serial');
      expect(existsSync(file)).toBe(true);
    });
  });

  test.concurrent('is deleted with Baton once the peers can be reached', async () => {
    const calls: string[] = [];
    await withRoll(
      {
        units: ['baton', 'baton'],
        config,
        onCall: ({ unit, hook, tool }) => calls.push(`${unit} ${hook} ${tool}`),
      },
      async (roll) => {
        await roll.rolled(1);
        await roll.settled();
        expect(calls).toContain('roll/1 install state-set');
        expect(roll.app.state('roll/1').size).toBe(0);
        expect(roll.overlaps).toEqual([]);
        expect(roll.restarted(1)).toEqual(['roll/0', 'roll/1']);
      },
    );
  });
});
