import { describe, expect, test } from 'vitest';

import { compactCodec, EMPTY_REQUEST_SHEET, LockStoreError } from '../../src/index.ts';
import { trio, World, type WorldUnit } from './world.ts';

/** A leader, and a unit that cannot reach its peers yet and has asked for the lock. */
async function askedAlone(): Promise<{ world: World; leader: WorldUnit; unit: WorldUnit }> {
  const world = new World();
  const [leader, unit] = [world.add(), world.add({ joined: false })];
  world.cluster.elect(leader.name);
  await leader.run();
  await unit.asks();
  return { world, leader, unit };
}

describe('before the peers can be reached', () => {
  test('requests are kept in the stash, and found there by the next hook', async () => {
    const { world, unit } = await askedAlone();
    expect(unit.store.taken()).toEqual([
      'leadership',
      'joined',
      'stash.read',
      'grants.read',
      'stash.write',
      'end success',
    ]);
    expect(world.hasPublished(unit.name)).toBe(false);
    const stash = await unit.stash();
    await unit.newProcess();
    await unit.run(async (coordinator) => {
      expect(coordinator.requested('restart')).toBe(true);
      expect(await coordinator.acquire('restart')).toBe(false);
    });
    expect(await unit.stash()).toEqual(stash);
    expect(unit.store.count('stash.write')).toBe(0);
  });

  test('nothing is written where nothing was asked for', async () => {
    const world = new World();
    const unit = world.add({ joined: false });
    await unit.run();
    expect(unit.store.taken()).not.toContain('stash.write');
    expect(await unit.stash()).toBeUndefined();
  });

  test('a leader grants itself the lock where that needs no peers, and reads none', async () => {
    const world = new World();
    const leader = world.add({ joined: false });
    world.cluster.elect(leader.name);
    expect(await leader.asks()).toBe(true);
    expect(leader.store.count('peers.read')).toBe(0);
    expect(world.holders()).toEqual([]);
    expect(await leader.stash()).toMatchObject({ requests: new Map() });
  });

  test('a leader decides nothing where grants are kept among the peers', async () => {
    const world = new World({ grants: 'on-commit' });
    const leader = world.add({ joined: false });
    world.cluster.elect(leader.name);
    expect(await leader.asks()).toBe(false);
    expect(leader.store.calls).not.toContain('grants.write');
    world.cluster.join(leader.name);
    await leader.runWithoutCode();
    expect(await leader.holds()).toBe(true);
  });
});

describe('when the peers can be reached', () => {
  test('the stash is published with its requests and its lastTicket', async () => {
    const { world, leader, unit } = await askedAlone();
    const stash = await unit.stash();
    world.cluster.join(unit.name);
    await unit.run();
    expect(world.sheet(unit.name)).toEqual({ ...stash, fromStash: true });
    await leader.run();
    expect(await unit.holds()).toBe(true);
  });

  test('a stash without requests is published with its lastTicket', async () => {
    const { world, unit } = await askedAlone();
    const asked = await unit.stash();
    await unit.run((coordinator) => coordinator.cancel('restart'));
    world.cluster.join(unit.name);
    await unit.run();
    expect(world.sheet(unit.name).requests.size).toBe(0);
    expect(world.sheet(unit.name).lastTicket).toBe(asked?.lastTicket);
    expect(asked?.lastTicket).toBeGreaterThan(0);
  });

  test('it is deleted in the first hook that reads the sheet back, and not before', async () => {
    const { world, unit } = await askedAlone();
    world.cluster.join(unit.name);
    unit.store.taken();
    await unit.run();
    expect(unit.store.taken()).not.toContain('stash.delete');
    expect(await unit.stash()).toBeDefined();
    await unit.run();
    expect(unit.store.taken().slice(-3)).toEqual(['stash.read', 'stash.delete', 'end success']);
    expect(await unit.stash()).toBeUndefined();
    await unit.run();
    expect(unit.store.taken()).not.toContain('stash.delete');
  });

  test('taking the mark off the sheet is left until the sheet changes anyway', async () => {
    const { world, unit } = await askedAlone();
    world.cluster.join(unit.name);
    await unit.run();
    unit.store.taken();
    for (let hook = 0; hook < 3; hook += 1) await unit.run();
    expect(unit.store.count('own.write')).toBe(0);
    expect(world.sheet(unit.name).fromStash).toBe(true);
    await unit.asks('reboot');
    expect(world.sheet(unit.name).fromStash).toBe(false);
  });

  test.each<[string, (unit: WorldUnit, world: World) => Promise<void>]>([
    [
      'its commit fails',
      async (unit, { cluster }) => {
        cluster.failNextCommit(unit.name);
        await unit.run().catch(passOverStoreError);
      },
    ],
    ['its code fails', (unit) => unit.failing()],
    [
      'its process dies',
      async (unit) => {
        const hook = await unit.open();
        await unit.newProcess();
        await hook.end().catch(passOverStoreError);
      },
    ],
  ])('nothing is lost where the hook that publishes it fails because %s', async (_why, fails) => {
    const { world, unit } = await askedAlone();
    const stash = await unit.stash();
    world.cluster.join(unit.name);
    await fails(unit, world);
    expect(world.hasPublished(unit.name)).toBe(false);
    expect(await unit.stash()).toEqual(stash);
    await unit.run();
    expect(world.sheet(unit.name)).toEqual({ ...stash, fromStash: true });
  });

  test('it stays where the hook that would delete it fails, and counts for nothing', async () => {
    const { world, unit } = await askedAlone();
    world.cluster.join(unit.name);
    await unit.run();
    world.cluster.failNextCommit(unit.name);
    await expect(unit.run()).rejects.toThrow('was told to fail');
    expect(await unit.stash()).toBeDefined();
    const published = { ...EMPTY_REQUEST_SHEET, lastTicket: 7, fromStash: true };
    world.cluster.corrupt(unit.name, compactCodec.encodeRequestSheet(published));
    await unit.run((coordinator) => {
      expect(coordinator.requested('restart')).toBe(false);
    });
    expect(world.sheet(unit.name)).toEqual(published);
    expect(await unit.stash()).toBeUndefined();
  });

  test('a unit that asked for nothing before publishes an empty sheet', async () => {
    const world = new World();
    const unit = world.add({ joined: false });
    await unit.run();
    world.cluster.join(unit.name);
    await unit.runWithoutCode();
    expect(world.hasPublished(unit.name)).toBe(true);
    expect(world.sheet(unit.name)).toEqual(EMPTY_REQUEST_SHEET);
  });

  test('a unit that never had a stash touches none', async () => {
    const { second } = await trio();
    await second.asks();
    await second.run();
    expect(second.store.taken().filter((call) => call.startsWith('stash'))).toEqual([]);
  });
});

function passOverStoreError(error: unknown): void {
  if (!LockStoreError.is(error)) throw error;
}
