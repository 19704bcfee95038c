import { describe, expect, test } from 'vitest';

import type { Policy } from '../../src/index.ts';
import { leaderHolds, secondHolds } from './situations.ts';
import { trio, World, type OpenHook, type WorldUnit } from './world.ts';

describe("when the charm's code has returned", () => {
  test('every lock that was held before it began is given back, used or not', async () => {
    const { world, leader, second } = await trio();
    await second.run(async (coordinator) => {
      await coordinator.acquire('restart');
      await coordinator.acquire('reboot');
    });
    await leader.run();
    await second.run((coordinator) => coordinator.granted('reboot'));
    expect([...world.sheet(second.name).requests]).toEqual([]);
    expect(second.log.slice(-2).toSorted()).toEqual([
      'Serial gave back reboot',
      'Serial gave back restart, which no code of this hook used',
    ]);
  });

  test('the release leaves lastTicket, and the leader drops the grant for it and tells the next', async () => {
    const { world, leader, holder, next } = await secondHolds();
    const ticket = world.grants['restart']?.[holder.name];
    await holder.run();
    expect(world.sheet(holder.name)).toMatchObject({ lastTicket: ticket, requests: new Map() });
    await leader.run();
    expect(world.holders()).toEqual([next.name]);
  });

  test('a lock that the leader was granted by acquire is given back', async () => {
    const { world, leader } = await trio();
    expect(await leader.asks()).toBe(true);
    expect([...world.sheet(leader.name).requests]).toEqual([]);
    expect(world.holders()).toEqual([]);
  });

  test('a lock that the leader granted itself at the beginning of the hook is given back', async () => {
    const { world, leader, second } = await trio();
    await second.asks();
    await leader.run();
    await leader.asks();
    await second.run();
    await leader.run((coordinator) => {
      expect(coordinator.granted('restart')).toBe(true);
    });
    expect(world.holders()).toEqual([]);
  });

  test('nothing is given back where no code of the charm ran', async () => {
    const { world, leader, holder } = await secondHolds();
    await holder.runWithoutCode();
    await leader.runWithoutCode();
    expect(world.holders()).toEqual([holder.name]);
    expect(await holder.holds()).toBe(true);
  });

  test('a lock that is still waited for stays asked for, with the same ticket', async () => {
    const { world, next } = await secondHolds();
    const before = world.sheet(next.name);
    await next.run();
    expect(world.sheet(next.name)).toEqual(before);
  });
});

describe("a grant that came while the charm's code ran", () => {
  test('stays and wakes the unit, where the charm was told nothing of it', async () => {
    const { world, leader, hook } = await lateGrant();
    await hook.end();
    expect(world.holders()).toEqual([leader.name]);
    expect(leader.store.count('wake')).toBe(1);
  });

  test('is given back, where the charm was told of it', async () => {
    const { world, leader, hook } = await lateGrant();
    expect(leader.coordinator.granted('restart')).toBe(true);
    await hook.end();
    expect(world.holders()).toEqual([]);
    expect(leader.store.count('wake')).toBe(0);
  });
});

describe('giving back early', () => {
  test('gives the lock to nobody else before the hook has succeeded', async () => {
    const { world, leader, next } = await leaderHolds();
    const hook = await leader.open();
    expect(leader.coordinator.release('restart')).toBe(true);
    expect(leader.coordinator.granted('restart')).toBe(false);
    expect(await leader.coordinator.grant('restart', next.name)).toBe(false);
    expect(world.holders()).toEqual([leader.name]);
    await hook.end();
    expect(world.holders()).toEqual([next.name]);
  });

  test('is told to the next unit when the hook has ended, and said in the log', async () => {
    const { world, leader, holder, next } = await secondHolds();
    await holder.run((coordinator) => {
      expect(coordinator.release('restart')).toBe(true);
    });
    expect(holder.log.at(-1)).toBe('Serial gave back restart, which no code of this hook used');
    await leader.run();
    expect(world.holders()).toEqual([next.name]);
  });

  test('counts for nothing where the hook fails', async () => {
    const { world, leader, holder } = await secondHolds();
    await holder.failing((coordinator) => coordinator.release('restart'));
    await leader.run();
    expect(world.holders()).toEqual([holder.name]);
    expect(await holder.holds()).toBe(true);
  });

  test('keeps the lock where the hook of a leader fails that decides after it', async () => {
    const { world, leader } = await leaderHolds();
    await leader.failing(async (coordinator) => {
      expect(coordinator.release('restart')).toBe(true);
      await coordinator.acquire('backup');
    });
    expect(world.grants['restart']).toHaveProperty([leader.name]);
    expect(await leader.holds()).toBe(true);
  });

  test('and asking again makes a new request, behind everybody who waits', async () => {
    const { world, leader, holder, next } = await secondHolds();
    await holder.run(async (coordinator) => {
      const before = coordinator.requestTimestamp('restart');
      coordinator.release('restart');
      expect(coordinator.requested('restart')).toBe(false);
      expect(await coordinator.acquire('restart')).toBe(false);
      expect(coordinator.granted('restart')).toBe(false);
      expect(coordinator.requestTimestamp('restart')).not.toEqual(before);
    });
    expect(world.sheet(holder.name).requests.size).toBe(1);
    await leader.run();
    expect(world.holders()).toEqual([next.name]);
    await next.run();
    await leader.run();
    expect(world.holders()).toEqual([holder.name]);
  });

  test('says no for a lock that is waited for, or not asked for', async () => {
    const { next } = await secondHolds();
    await next.run((coordinator) => {
      expect(coordinator.release('restart')).toBe(false);
      expect(coordinator.release('backup')).toBe(false);
      expect(coordinator.requested('restart')).toBe(true);
    });
  });
});

describe('cancelling', () => {
  test('gives up waiting, and says so', async () => {
    const { world, leader, holder, next } = await secondHolds();
    const { lastTicket } = world.sheet(next.name);
    await next.run((coordinator) => {
      expect(coordinator.cancel('restart')).toBe(true);
      expect(coordinator.requested('restart')).toBe(false);
      expect(coordinator.cancel('restart')).toBe(false);
    });
    expect(next.log.at(-1)).toBe('Serial cancelled the request for restart');
    expect(world.sheet(next.name)).toMatchObject({ lastTicket, requests: new Map() });
    await holder.run();
    await leader.run();
    expect(world.holders()).toEqual([]);
  });

  test('leaves a lock that is held', async () => {
    const { holder } = await secondHolds();
    await holder.failing((coordinator) => {
      expect(coordinator.cancel('restart')).toBe(false);
      expect(coordinator.granted('restart')).toBe(true);
    });
    expect(holder.log.join()).not.toContain('cancelled');
  });

  test('of a request that is granted meanwhile ends that grant', async () => {
    const { world, leader, second, third } = await trio();
    await second.asks();
    const hook = await second.open();
    await leader.run();
    expect(second.coordinator.cancel('restart')).toBe(true);
    await hook.end();
    expect(world.listed()).toEqual([second.name]);
    await third.asks();
    await leader.run();
    expect(world.holders()).toEqual([third.name]);
  });
});

/** The leader asks for `restart`, which the policy allows only after the hook has begun. */
async function lateGrant(): Promise<{ world: World; leader: WorldUnit; hook: OpenHook }> {
  const world = new World();
  let open = false;
  const restart: Policy = () => open || { wait: { why: 'other', text: 'the window is closed' } };
  const leader = world.add({ policies: { restart } });
  world.cluster.elect(leader.name);
  await leader.asks();
  const hook = await leader.open();
  open = true;
  await leader.coordinator.acquire('backup');
  expect(world.holders()).toEqual([leader.name]);
  leader.store.taken();
  return { world, leader, hook };
}
