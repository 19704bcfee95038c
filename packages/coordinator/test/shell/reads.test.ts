import { describe, expect, test } from 'vitest';

import { trio, World } from './world.ts';

describe('what a hook reads, in which order', () => {
  test('a leader where nobody waits or holds: leadership, its own sheet, the grants, the peers', async () => {
    const { leader } = await trio();
    await leader.run();
    expect(leader.store.taken()).toEqual([
      'leadership',
      'joined',
      'own.read',
      'grants.read',
      'peers.read',
      'end success',
    ]);
  });

  test('a follower, which reads no peers and asks for nobody, whether it waits or not', async () => {
    const { leader, second } = await trio();
    const reads = ['leadership', 'joined', 'own.read', 'grants.read'];
    await second.run();
    expect(second.store.taken()).toEqual([...reads, 'end success']);
    await leader.asks();
    await second.asks();
    expect(second.store.taken()).toEqual([...reads, 'own.write', 'end success']);
  });

  test('a leader learns who is alive after it read the grants and the peers, where somebody waits', async () => {
    const { leader, second } = await trio();
    await second.asks();
    await leader.run();
    expect(leader.store.taken()).toEqual([
      'leadership',
      'joined',
      'own.read',
      'grants.read',
      'peers.read',
      'liveUnits',
      'grants.write',
      'end success',
    ]);
  });

  test('a leader learns who is alive where somebody only holds', async () => {
    const { leader, second } = await trio();
    await second.asks();
    await leader.run();
    leader.store.taken();
    await leader.run();
    expect(leader.store.taken().slice(-3)).toEqual(['peers.read', 'liveUnits', 'end success']);
  });

  test('a leader learns who is alive once a hook, however often it decides', async () => {
    const { leader, second } = await trio();
    await second.asks('reboot');
    await leader.run(async (coordinator) => {
      await coordinator.acquire('restart');
      await coordinator.acquire('backup');
      await coordinator.grant('restart', 'db/1');
    });
    expect(leader.store.count('liveUnits')).toBe(1);
    expect(leader.store.count('peers.read')).toBe(1);
    expect(leader.store.count('grants.read')).toBe(1);
  });

  test('a leader reads the sheet of every holder, listed or not', async () => {
    const { world, leader, second } = await trio();
    await second.asks();
    await leader.run();
    const newcomer = world.add({}, 'db/3');
    world.cluster.elect(newcomer.name);
    expect(world.holders()).toEqual(['db/1']);
    await newcomer.run();
    expect(newcomer.store.alsoRead).toEqual(['db/1']);
  });

  test('a leader that has not heard of a holder yet keeps its grant while it holds, and no longer', async () => {
    const world = new World();
    const [leader, second] = [world.add(), world.add()];
    world.cluster.elect(leader.name);
    await second.asks();
    await leader.run();
    const newcomer = world.add({ joined: false });
    world.cluster.join(newcomer.name, { sees: [], seenBy: [] });
    world.cluster.elect(newcomer.name);
    expect(await newcomer.asks()).toBe(false);
    expect(world.holders()).toEqual(['db/1']);
    await second.run();
    await newcomer.runWithoutCode();
    expect(world.holders()).toEqual(['db/2']);
  });
});

describe('what a hook writes', () => {
  test('nothing, where nothing changed: idle, waiting and holding', async () => {
    const { world, leader, second, third } = await trio();
    const units = [leader, second, third];
    const idle = async (): Promise<number> => {
      const before = world.cluster.writes;
      for (const unit of units) await unit.runWithoutCode();
      return world.cluster.writes - before;
    };
    expect(await idle()).toBe(0);
    await second.asks();
    await leader.run();
    await third.asks();
    for (const unit of units) unit.store.taken();
    expect(await idle()).toBe(0);
    expect(world.holders()).toEqual(['db/1']);
    for (const unit of units) {
      const calls = unit.store.taken();
      expect(calls.filter((call) => call.endsWith('write') || call === 'wake')).toEqual([]);
    }
  });

  test('its first sheet, even an empty one, so that the leader knows that it can be read', async () => {
    const world = new World();
    const unit = world.add();
    await unit.run();
    expect(world.hasPublished(unit.name)).toBe(true);
    unit.store.taken();
    await unit.run();
    expect(unit.store.count('own.write')).toBe(0);
  });
});
