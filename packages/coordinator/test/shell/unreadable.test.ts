import { describe, expect, test } from 'vitest';

import { CodecError, compactCodec, LockStoreError } from '../../src/index.ts';
import { leaderHolds, secondHolds } from './situations.ts';
import { trio, UPDATE_STATUS, World } from './world.ts';

const LOST = 'the grant sheet cannot be read, so nobody holds and nothing is written';

describe('a unit whose own sheet cannot be read', () => {
  test('asks for nothing, says so, and goes on with its hook', async () => {
    const { world, second } = await trio();
    world.cluster.corrupt(second.name);
    await second.run(async (coordinator) => {
      expect(await coordinator.acquire('restart')).toBe(false);
      expect(coordinator.granted('restart')).toBe(false);
      expect(coordinator.requested('restart')).toBe(false);
    });
    expect(second.store.taken().at(-1)).toBe('end success');
    expect(second.warnings).toEqual([
      expect.stringMatching(
        /^Serial this unit's sheet cannot be read, so it asks for nothing: .*db\/1/,
      ),
    ]);
    expect(second.log).toEqual([]);
  });

  test('never overwrites it', async () => {
    const { world, leader, holder } = await secondHolds();
    world.cluster.corrupt(holder.name);
    await holder.run((coordinator) => coordinator.acquire('restart'));
    await holder.failing();
    await holder.runWithoutCode();
    expect(holder.store.calls).not.toContain('own.write');
    expect(world.hasPublished(holder.name)).toBe(false);
    await leader.run();
    expect(world.holders()).toEqual([holder.name]);
  });

  test('still decides for the others, where it leads, and keeps its own grant', async () => {
    const { world, leader, next } = await leaderHolds();
    world.cluster.corrupt(leader.name);
    await next.asks('backup');
    await leader.run();
    expect(world.holders()).toEqual([leader.name]);
    expect(world.holders('backup')).toEqual([next.name]);
    expect(leader.warnings).toHaveLength(1);
  });
});

describe('a peer whose sheet cannot be read', () => {
  test('keeps what it holds, and is named in the log in every hook of the leader', async () => {
    const { world, leader, holder, next } = await secondHolds();
    world.cluster.corrupt(holder.name);
    await next.asks('backup');
    await leader.run();
    await leader.run();
    expect(world.holders()).toEqual([holder.name]);
    expect(world.holders('backup')).toEqual([next.name]);
    expect(leader.warnings).toHaveLength(2);
    expect(leader.warnings[0]).toMatch(/^Serial the sheet of db\/1 cannot be read: /);
  });
});

describe('a grant sheet that cannot be read', () => {
  test('lets nobody hold and nothing be written, and every hook says so', async () => {
    const { world, leader, holder, next } = await secondHolds();
    world.cluster.corrupt('grants');
    const { writes } = world.cluster;
    for (const unit of [holder, next, leader]) {
      for (let hook = 1; hook <= 2; hook += 1) {
        await unit.run(async (coordinator) => {
          expect(coordinator.granted('restart')).toBe(false);
          expect(await coordinator.acquire('restart')).toBe(false);
          expect(await coordinator.acquire('backup')).toBe(false);
          expect(coordinator.grants.size).toBe(0);
          expect(coordinator.release('restart')).toBe(false);
          // What cannot be published is not given up.
          expect(coordinator.cancel('restart')).toBe(false);
        });
        expect(unit.warnings).toHaveLength(hook);
        expect(unit.warnings.at(-1)).toContain(`Serial ${LOST}: `);
      }
      // Nobody is reminded of a request that nobody can decide.
      await unit.run(undefined, UPDATE_STATUS);
      expect(unit.store.calls.filter((call) => call.endsWith('write'))).toEqual([]);
    }
    expect(world.cluster.writes).toBe(writes);
  });

  test('changes nothing about who holds, once it has been mended', async () => {
    const { world, leader, holder } = await secondHolds();
    const { grants } = world.cluster.inspect();
    if (LockStoreError.is(grants)) throw grants;
    world.cluster.corrupt('grants');
    for (const unit of [holder, leader, holder]) await unit.run();
    world.cluster.corrupt('grants', compactCodec.encodeGrantSheet(grants));
    await leader.run();
    expect(world.holders()).toEqual([holder.name]);
    expect(await holder.holds()).toBe(true);
  });

  test("is recognised by the codec's own error too", async () => {
    const { second } = await trio();
    second.store.next('grants.read', () => {
      throw new CodecError('MALFORMED', 'half a document');
    });
    await second.run();
    expect(second.warnings).toEqual([`Serial ${LOST}: half a document`]);
  });

  test('is another thing than a store that cannot be reached: that fails the hook', async () => {
    const { second } = await trio();
    second.store.next('grants.read', () => {
      throw new LockStoreError('UNAVAILABLE', 'no route');
    });
    await expect(second.run()).rejects.toThrow('no route');
  });
});

describe('a stash that cannot be read', () => {
  test.each([false, true])(
    'is never overwritten, and nothing is asked for (joined: %s)',
    async (joined) => {
      const world = new World();
      const unit = world.add({ joined });
      unit.store.next('stash.read', () => {
        throw new LockStoreError('CORRUPT', 'the stash is damaged');
      });
      await unit.run(async (coordinator) => {
        expect(await coordinator.acquire('restart')).toBe(false);
      });
      expect(unit.store.calls.filter((call) => /write|delete/.test(call))).toEqual([]);
      expect(unit.warnings.join()).toMatch(/sheet cannot be read.*the stash is damaged/);
    },
  );

  test('is another thing than one that cannot be reached: that fails the hook', async () => {
    const world = new World();
    const unit = world.add();
    unit.store.next('stash.read', () => {
      throw new LockStoreError('UNAVAILABLE', 'the disk is gone');
    });
    await expect(unit.run()).rejects.toThrow('the disk is gone');
  });
});

describe('a leader that cannot learn which units there are', () => {
  test('drops nobody as gone and grants nothing new, and its hook goes on', async () => {
    const { world, leader, holder, next } = await secondHolds();
    await leader.asks('backup');
    await next.asks('backup');
    await leader.run();
    world.cluster.remove(holder.name);
    world.cluster.failLiveUnits(true);
    await leader.asks('reboot');
    expect(world.holders()).toEqual([holder.name]);
    expect(world.holders('reboot')).toEqual([]);
    expect(world.sheet(leader.name).requests.size).toBe(1);
    expect(leader.warnings).toEqual([
      expect.stringContaining(
        'Serial which units there are could not be learnt, so nothing new is granted: ',
      ),
    ]);
    world.cluster.failLiveUnits(false);
    await leader.runWithoutCode();
    expect(world.holders()).toEqual([next.name]);
    expect(world.holders('reboot')).toEqual([leader.name]);
  });

  test('still drops what was given back', async () => {
    const { world, leader, holder } = await secondHolds();
    await holder.run();
    world.cluster.failLiveUnits(true);
    await leader.run();
    expect(world.holders()).toEqual([]);
  });

  test("does not hide an error that is none of the store's", async () => {
    const { leader, second } = await trio();
    await second.asks();
    leader.store.next('liveUnits', () => {
      throw new TypeError('a bug');
    });
    await expect(leader.run()).rejects.toThrow('a bug');
  });
});
