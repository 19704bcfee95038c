import { describe, expect, test } from 'vitest';

import { leaderFailed, secondHolds } from './situations.ts';
import { ACTION, EXEC, trio } from './world.ts';

describe.each([ACTION, EXEC])('in $kind, a leader', (hook) => {
  test('grants itself nothing, and is granted its request in the next hook', async () => {
    const { world, leader } = await trio();
    await leader.run(async (coordinator) => {
      expect(await coordinator.acquire('restart')).toBe(false);
      expect(await coordinator.grant('restart', leader.name)).toBe(false);
      expect(coordinator.explain('restart').queue).toEqual([
        expect.objectContaining({ unit: leader.name, reason: { why: 'in-action' } }),
      ]);
    }, hook);
    expect(world.holders()).toEqual([]);
    await leader.runWithoutCode();
    expect(world.holders()).toEqual([leader.name]);
  });

  test('has a hook run that can grant what it asked for, once', async () => {
    const { leader } = await trio();
    await leader.run((coordinator) => coordinator.acquire('restart'), hook);
    expect(leader.store.count('wake')).toBe(1);
    await leader.run((coordinator) => coordinator.acquire('restart'), hook);
    expect(leader.store.count('wake')).toBe(1);
  });

  test('grants others what they wait for', async () => {
    const { world, leader, second } = await trio();
    await second.asks();
    await leader.run(undefined, hook);
    expect(world.holders()).toEqual([second.name]);
  });

  test('gives up no orphan, and keeps its grant', async () => {
    const { world, leader, second } = await leaderFailed();
    const { grants } = world;
    await second.asks();
    await leader.run(undefined, hook);
    expect(world.grants).toEqual(grants);
    expect(leader.store.count('own.write')).toBe(0);
    expect(await leader.asks()).toBe(true);
  });

  test('keeps orphans open where its sheet changes for another reason', async () => {
    const { world, leader, second } = await leaderFailed('restart', 'reboot');
    const { grants } = world;
    await second.asks();
    await leader.run((coordinator) => coordinator.acquire('backup'), hook);
    expect(Object.fromEntries(world.sheet(leader.name).requests)).toMatchObject({
      restart: grants['restart']?.[leader.name],
      reboot: grants['reboot']?.[leader.name],
    });
    expect(world.grants).toEqual(grants);
    await leader.failing(async (coordinator) => {
      expect(coordinator.granted('restart')).toBe(true);
      expect(coordinator.granted('reboot')).toBe(true);
    });
  });
});

describe('in an action, a unit that holds the lock', () => {
  test('gives back nothing that was not worked under in this process', async () => {
    const { world, leader, holder } = await secondHolds();
    await holder.run((coordinator) => {
      expect(coordinator.granted('restart')).toBe(true);
    }, ACTION);
    await leader.run();
    expect(world.holders()).toEqual([holder.name]);
    expect(await holder.holds()).toBe(true);
  });

  test('gives back what acquire said yes to', async () => {
    const { world, leader, holder, next } = await secondHolds();
    await holder.run(async (coordinator) => {
      expect(await coordinator.acquire('restart')).toBe(true);
    }, ACTION);
    expect(holder.log.at(-1)).toBe('Serial gave back restart');
    await leader.run();
    expect(world.holders()).toEqual([next.name]);
  });

  test('gives back what a required lock was used for', async () => {
    const { world, leader, holder, next } = await secondHolds();
    const restart = holder.coordinator.require(
      'restart',
      () => true,
      () => 'restarted',
    );
    await holder.run(async () => {
      expect(await restart()).toEqual({ ran: true, value: 'restarted' });
    }, ACTION);
    await leader.run();
    expect(world.holders()).toEqual([next.name]);
  });

  test('keeps it where a hook failed under it before', async () => {
    const { world, leader, holder } = await secondHolds();
    await holder.failing((coordinator) => coordinator.acquire('restart'));
    await holder.run((coordinator) => coordinator.granted('restart'), ACTION);
    await holder.run(undefined, ACTION);
    await leader.run();
    expect(world.holders()).toEqual([holder.name]);
    await holder.run((coordinator) => {
      expect(coordinator.granted('restart')).toBe(true);
    });
  });

  test('can give it back early', async () => {
    const { world, leader, holder, next } = await secondHolds();
    await holder.run((coordinator) => {
      expect(coordinator.release('restart')).toBe(true);
    }, ACTION);
    await leader.run();
    expect(world.holders()).toEqual([next.name]);
  });
});

test('in an action a follower may ask', async () => {
  const { world, leader, second } = await trio();
  await second.run((coordinator) => coordinator.acquire('restart'), ACTION);
  await leader.run();
  expect(world.holders()).toEqual([second.name]);
});
