import type { ToolCallNotice } from '@baton/juju-sim';
import { expect, test } from 'vitest';

import { withRoll, type RollOptions } from '../roll.ts';
import { describeWithPython } from './with-python.ts';

/**
 * Runs one hook of the leader in which there is nothing for it to do, while one unit holds the lock and another
 * waits. How often it called each tool.
 */
async function callsOfTheLeader(options: RollOptions): Promise<ReadonlyMap<string, number>> {
  let calls: ToolCallNotice[] = [];
  await withRoll({ ...options, onCall: (call) => calls.push(call) }, async (roll) => {
    const holder = await roll.holdAFollower(1);
    const before = calls.length;
    roll.app.setConfig({ occasion: 'to count' });
    await roll.quietBut(holder);
    const { leader } = roll.app;
    calls = calls
      .slice(before)
      .filter(({ unit, hook }) => unit === leader && hook === 'config-changed');
  });
  const counts = new Map<string, number>();
  for (const { tool } of calls) counts.set(tool, (counts.get(tool) ?? 0) + 1);
  return counts;
}

describeWithPython('the leader of three units in a hook without anything to do', (python) => {
  test.concurrent('asks for every request whether it leads, and writes everything again, with charmhelpers', async () => {
    const units = ['charmhelpers', 'charmhelpers', 'charmhelpers'] as const;
    const calls = await callsOfTheLeader({ units, python });
    const requests = 2;
    expect(calls.get('is-leader')).toBe(1 + requests + 1);
    expect(calls.get('leader-set')).toBe(1);
    expect(calls.get('relation-set')).toBe(1);
  });

  test.concurrent('asks once whether it leads, and writes nothing, with Baton', async () => {
    const units = ['baton', 'baton', 'baton'] as const;
    const calls = await callsOfTheLeader({ units });
    expect(Object.fromEntries(calls)).toEqual({
      'is-leader': 1,
      'relation-ids': 1,
      'leader-get': 1,
      'relation-list': 1,
      'relation-get': 3,
      'goal-state': 1,
      // The charm itself.
      'config-get': 1,
    });
  });
});
