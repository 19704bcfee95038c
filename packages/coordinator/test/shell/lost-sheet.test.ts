import { describe, expect, test } from 'vitest';

import { parseLockName } from '../../src/index.ts';
import { leaderFailed, secondHolds } from './situations.ts';
import { ACTION, trio } from './world.ts';

const RESTART = parseLockName('restart');

describe('a unit whose sheet was set aside', () => {
  test('does not take for its own a grant that it has given back: the leader may have read that', async () => {
    const { world, leader, holder, next } = await secondHolds({ grants: 'on-commit' });
    await holder.run(async (coordinator) => {
      expect(await coordinator.acquire('restart')).toBe(true);
    });
    const given = world.grants['restart']?.[holder.name];
    expect(given).toBeDefined();
    // The leader reads in a hook that goes on for a while, and writes when it ends.
    const hook = await leader.open();
    world.cluster.setAside(holder.name);
    await holder.run(async (coordinator) => {
      expect(await coordinator.acquire('restart')).toBe(false);
    });
    expect(world.sheet(holder.name).requests.get(RESTART)).not.toBe(given);
    await hook.end();
    expect(world.holders()).toEqual([next.name]);
  });

  test('gives up what it held in the next hook with code of its charm, and says nothing before', async () => {
    const { world, leader, holder, next } = await secondHolds();
    world.cluster.setAside(holder.name);
    await holder.runWithoutCode();
    await holder.run(async (coordinator) => {
      expect(await coordinator.acquire('restart')).toBe(false);
      expect(coordinator.requested('restart')).toBe(false);
    }, ACTION);
    expect(world.hasPublished(holder.name)).toBe(false);
    await leader.run();
    expect(world.holders()).toEqual([holder.name]);
    await holder.run();
    await leader.run();
    expect(world.holders()).toEqual([next.name]);
  });

  test('asks in an action as ever where it was granted nothing', async () => {
    const { world, second } = await trio();
    world.cluster.setAside(second.name);
    await second.run((coordinator) => coordinator.acquire('restart'), ACTION);
    expect(world.sheet(second.name).requests.has(RESTART)).toBe(true);
  });
});

test('a leader whose very first hook fails gives up what it granted itself, and asks anew', async () => {
  const { world, leader } = await leaderFailed();
  const [given] = Object.values(world.grants['restart'] ?? {});
  world.cluster.setAside(leader.name);
  await leader.run(async (coordinator) => {
    expect(await coordinator.acquire('restart')).toBe(false);
  });
  expect(world.sheet(leader.name).requests.get(RESTART)).not.toBe(given);
  // The work may be half done: nobody else is granted the lock before this hook has succeeded.
  expect(world.grants['restart']).toEqual({ [leader.name]: given });
  expect(leader.store.count('wake')).toBe(1);
  expect(await leader.holds()).toBe(true);
});
