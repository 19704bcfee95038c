import { describe, expect, test } from 'vitest';

import { LockStoreError } from '../../src/index.ts';
import { leaderHolds, secondHolds } from './situations.ts';
import { RELATION_CHANGED, trio, UPDATE_STATUS, World } from './world.ts';

describe('at the end of a hook', () => {
  test('the leader writes its own sheet first, and then the grants that follow from it', async () => {
    const { world, leader, next } = await leaderHolds();
    await leader.run();
    expect(leader.store.taken().slice(-3)).toEqual(['own.write', 'grants.write', 'end success']);
    expect(world.holders()).toEqual([next.name]);
  });

  test('the next unit is told in the very hook in which the leader gives its lock back', async () => {
    const { world, leader, next } = await leaderHolds();
    const hook = await leader.open();
    expect(world.holders()).toEqual([leader.name]);
    await hook.end();
    expect(world.holders()).toEqual([next.name]);
    expect(leader.log.slice(-3)).toEqual([
      expect.stringMatching(/^Serial db\/0 released restart, asked for at 2026-/),
      'Serial granted restart to db/1',
      'Serial gave back restart, which no code of this hook used',
    ]);
  });

  test('a leader that is granted a lock in a hook that ends with it wakes itself', async () => {
    const { leader, second } = await trio();
    await second.asks();
    await leader.run();
    await leader.asks();
    await second.run();
    leader.store.taken();
    await leader.runWithoutCode();
    expect(leader.store.count('wake')).toBe(1);
    expect(await leader.holds()).toBe(true);
  });

  test('a leader that gave its lock back and asked again is granted it once more, and wakes itself', async () => {
    const { world, leader } = await trio();
    await leader.run(async (coordinator) => {
      await coordinator.acquire('restart');
      coordinator.release('restart');
      expect(await coordinator.acquire('restart')).toBe(false);
    });
    expect(world.holders()).toEqual([leader.name]);
    expect(leader.store.count('wake')).toBe(1);
  });

  test('a leader that was granted a lock in a hook that failed after all wakes itself when it runs again', async () => {
    const { world, leader, second } = await trio();
    await second.asks();
    await leader.run();
    await leader.asks();
    await second.run();
    world.cluster.failNextCommit(leader.name);
    await expect(leader.runWithoutCode()).rejects.toSatisfy((error) =>
      LockStoreError.is(error, 'UNAVAILABLE'),
    );
    leader.store.taken();
    await leader.runWithoutCode();
    expect(leader.store.count('wake')).toBe(1);
    // The hook that it has of that is no reason for another.
    leader.store.taken();
    await leader.runWithoutCode(RELATION_CHANGED);
    expect(leader.store.count('wake')).toBe(0);
  });

  test('nobody is woken where the leader granted others only, or worked under its lock', async () => {
    const { leader, next } = await leaderHolds();
    await leader.runWithoutCode(RELATION_CHANGED);
    await leader.run();
    await next.run();
    await leader.run();
    expect(leader.store.count('wake')).toBe(0);
  });

  test('a leader whose grants wait for the commit does not wake itself: it hears of them anyway', async () => {
    const { world, leader } = await trio({ grants: 'on-commit' });
    await leader.asks();
    expect(leader.store.count('wake')).toBe(0);
    expect(world.holders()).toEqual([leader.name]);
  });

  test('a store that cannot wake anybody is not asked to', async () => {
    const { world, leader } = await trio();
    leader.store.canWake = false;
    await leader.run(async (coordinator) => {
      await coordinator.acquire('restart');
      coordinator.release('restart');
      await coordinator.acquire('restart');
    });
    expect(leader.store.count('wake')).toBe(0);
    expect(world.holders()).toEqual([leader.name]);
  });
});

describe('a hook whose code fails', () => {
  test('writes no sheet, and grants written at once stay', async () => {
    const { world, leader, second } = await trio();
    await second.asks();
    await leader.failing((coordinator) => coordinator.acquire('backup'));
    expect(leader.store.taken()).not.toContain('own.write');
    expect(leader.store.calls).toEqual([]);
    expect(world.sheet(leader.name).requests.size).toBe(0);
    expect(world.holders()).toEqual([second.name]);
    expect(world.holders('backup')).toEqual([leader.name]);
  });

  test('ends its session as a failure, and rejects with what the code threw', async () => {
    const { leader } = await trio();
    const broken = new Error('broken');
    await expect(
      leader.run(() => {
        throw broken;
      }),
    ).rejects.toBe(broken);
    expect(leader.store.calls.at(-1)).toBe('end failure');
    await leader.run();
  });

  test('drops the grants that wait for the commit, and says nothing of them', async () => {
    const { world, leader, second } = await trio({ grants: 'on-commit' });
    await second.asks();
    leader.log.length = 0;
    await leader.failing();
    expect(world.holders()).toEqual([]);
    expect(leader.log).toEqual([]);
    await leader.run();
    expect(world.holders()).toEqual([second.name]);
    expect(leader.log).toEqual(['Serial granted restart to db/1']);
  });

  test('keeps the lock of a unit that holds it', async () => {
    const { world, leader, holder } = await secondHolds();
    await holder.failing((coordinator) => coordinator.granted('restart'));
    await leader.run();
    expect(world.holders()).toEqual([holder.name]);
    expect(await holder.holds()).toBe(true);
  });

  test('is not hidden by a session that cannot be ended', async () => {
    const { leader } = await trio();
    leader.store.next('end failure', () => {
      throw new LockStoreError('UNAVAILABLE', 'the disk is full');
    });
    await leader.failing();
    expect(leader.warnings.join()).toMatch(
      /session of a failed hook could not be ended.*disk is full/,
    );
  });
});

describe("a hook that fails before the charm's code", () => {
  test('ends its session as a failure, and the next hook can begin', async () => {
    const { leader } = await trio();
    leader.store.next('peers.read', () => {
      throw new LockStoreError('UNAVAILABLE', 'no route');
    });
    let ran = false;
    await expect(leader.run(() => (ran = true))).rejects.toThrow('no route');
    expect(ran).toBe(false);
    expect(leader.store.taken().at(-1)).toBe('end failure');
    await leader.run();
  });
});

describe('a hook whose commit fails', () => {
  test('rejects, publishes nothing, and is not ended twice', async () => {
    const { world, holder } = await secondHolds();
    world.cluster.failNextCommit(holder.name);
    await expect(holder.run()).rejects.toSatisfy((error) =>
      LockStoreError.is(error, 'UNAVAILABLE'),
    );
    expect(holder.store.taken().filter((call) => call.startsWith('end'))).toEqual(['end success']);
    expect(holder.log).not.toContain('Serial gave back restart');
    expect(await holder.holds()).toBe(true);
  });

  test('of a leader that handed its lock over leaves it with the next unit, and itself waiting', async () => {
    const { world, leader, next } = await leaderHolds();
    const asked = world.sheet(leader.name);
    world.cluster.failNextCommit(leader.name);
    await expect(leader.run()).rejects.toThrow('was told to fail');
    expect(world.holders()).toEqual([next.name]);
    expect(world.sheet(leader.name)).toEqual(asked);
    await next.run();
    await leader.runWithoutCode();
    expect(world.holders()).toEqual([leader.name]);
  });
});

describe('a hook that runs again after its commit', () => {
  test('changes nothing, where a unit asks', async () => {
    const { world, second } = await trio();
    await second.asks();
    const asked = world.sheet(second.name);
    await second.newProcess();
    await second.asks();
    expect(world.sheet(second.name)).toEqual(asked);
    expect(second.store.count('own.write')).toBe(0);
  });

  test('changes nothing, where the leader decides', async () => {
    const { world, leader, holder } = await secondHolds();
    const { writes } = world.cluster;
    await leader.run();
    await leader.newProcess();
    await leader.run();
    expect(world.cluster.writes).toBe(writes);
    expect(world.holders()).toEqual([holder.name]);
  });
});

describe('a lock that was given back', () => {
  test('is no reason to write, as every unit would have a hook of it; the next grant takes it away', async () => {
    const { world, leader, second, third } = await trio();
    await second.asks();
    await leader.run();
    await second.run();
    leader.store.taken();
    await leader.run();
    expect(leader.store.count('grants.write')).toBe(0);
    expect(world.listed()).toEqual([second.name]);
    await third.asks();
    await leader.run();
    expect(leader.store.count('grants.write')).toBe(1);
    expect(world.listed()).toEqual([third.name]);
  });

  test('is taken away in update-status, and told then', async () => {
    const { world, leader, second } = await trio();
    await second.asks();
    await leader.run();
    await second.run();
    await leader.run(undefined, UPDATE_STATUS);
    expect(world.listed()).toEqual([]);
    expect(leader.log.at(-1)).toMatch(/^Serial db\/1 released restart/);
  });

  test('of a unit that is gone is taken away at once', async () => {
    const { world, leader, second } = await trio();
    await second.asks();
    await leader.run();
    world.cluster.remove(second.name);
    await leader.run();
    expect(world.listed()).toEqual([]);
  });
});

describe('in update-status', () => {
  test('a unit that waits changes its nonce, so that its peers hear of it again', async () => {
    const { world, next } = await secondHolds();
    const asked = world.sheet(next.name);
    await next.run(undefined, UPDATE_STATUS);
    expect(world.sheet(next.name)).toEqual({ ...asked, nonce: asked.nonce + 1 });
    await next.run(undefined, UPDATE_STATUS);
    expect(world.sheet(next.name).nonce).toBe(asked.nonce + 2);
    await next.run();
    expect(world.sheet(next.name).nonce).toBe(asked.nonce + 2);
  });

  test('a unit that holds, or asks for nothing, writes nothing', async () => {
    const { leader, holder } = await secondHolds();
    await holder.runWithoutCode(UPDATE_STATUS);
    await leader.run(undefined, UPDATE_STATUS);
    expect(holder.store.count('own.write') + leader.store.count('own.write')).toBe(0);
  });
});

describe('labels', () => {
  test('are published with the sheet, and again when they have changed', async () => {
    const world = new World();
    const labels: Record<string, string> = { zone: 'a' };
    const unit = world.add({ labels });
    await unit.run();
    expect(world.sheet(unit.name).labels).toEqual(new Map([['zone', 'a']]));
    await unit.run();
    expect(unit.store.count('own.write')).toBe(1);
    labels['zone'] = 'b';
    await unit.newProcess();
    await unit.run();
    expect(world.sheet(unit.name).labels).toEqual(new Map([['zone', 'b']]));
  });

  test('reach the policy', async () => {
    const { world } = await trio();
    let zone: string | undefined;
    const newcomer = world.add({
      labels: { zone: 'c' },
      policy: ({ unit, units }) => {
        zone = units.get(unit)?.labels.get('zone');
        return true;
      },
    });
    world.cluster.elect(newcomer.name);
    await newcomer.run();
    await newcomer.asks();
    expect(zone).toBe('c');
  });
});
