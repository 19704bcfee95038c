import { expect, test } from 'vitest';

import { leaderFailed } from './situations.ts';
import { ACTION } from './world.ts';

test('a lock that a leader adopted and worked under in an action is handed on in that action', async () => {
  const { world, leader, second } = await leaderFailed();
  await second.asks();
  await leader.run(async (coordinator) => {
    expect(await coordinator.acquire('restart')).toBe(true);
  }, ACTION);
  expect(world.sheet(leader.name).requests.size).toBe(0);
  expect(world.holders()).toEqual([second.name]);
});
