import { describe, expect, test } from 'vitest';

import { compactCodec, EMPTY_GRANT_SHEET } from '../../src/index.ts';
import { leaderFailed, secondHolds } from './situations.ts';
import { trio } from './world.ts';

describe('a leader whose hook failed under its own new grant', () => {
  test('leaves a grant that nobody else is given', async () => {
    const { world, leader, second } = await leaderFailed();
    expect(world.sheet(leader.name)).toMatchObject({ lastTicket: 0, requests: new Map() });
    await second.asks();
    await leader.failing();
    expect(world.holders()).toEqual([leader.name]);
  });

  test.each(['the same process', 'another process'])(
    'adopts it with the same ticket on the retry, in %s, and gives it back then',
    async (which) => {
      const { world, leader, second } = await leaderFailed();
      const { grants } = world;
      await second.asks();
      if (which === 'another process') await leader.newProcess();
      await leader.run(async (coordinator) => {
        expect(coordinator.granted('restart')).toBe(false);
        expect(await coordinator.acquire('restart')).toBe(true);
        expect(world.grants).toEqual(grants);
        expect(coordinator.requestTimestamp('restart')?.getTime()).toBe(
          Math.floor((grants['restart']?.[leader.name] ?? 0) / 1000),
        );
      });
      expect(world.holders()).toEqual([second.name]);
    },
  );

  test('gives it up on a retry that does not ask, and tells the next unit in that hook', async () => {
    const { world, leader, second } = await leaderFailed();
    const orphan = world.grants['restart']?.[leader.name];
    await second.asks();
    await leader.run();
    expect(world.sheet(leader.name)).toMatchObject({ lastTicket: orphan, requests: new Map() });
    expect(world.holders()).toEqual([second.name]);
  });

  test('keeps it through hooks for which the charm has no code', async () => {
    const { world, leader, second } = await leaderFailed();
    await second.asks();
    await leader.runWithoutCode();
    expect(world.holders()).toEqual([leader.name]);
    expect(await leader.asks()).toBe(true);
  });

  test("keeps the locks it may still adopt while the charm's code runs, whatever else it asks for", async () => {
    const { world, leader, second } = await leaderFailed('backup');
    const { grants } = world;
    await second.asks('backup');
    await leader.run(async (coordinator) => {
      expect(await coordinator.acquire('restart')).toBe(true);
      expect(world.holders('backup')).toEqual([leader.name]);
      expect(await coordinator.acquire('backup')).toBe(true);
      expect(world.grants['backup']).toEqual(grants['backup']);
    });
    expect(world.holders('backup')).toEqual([second.name]);
  });

  test('with several locks adopts those it asks for and gives up the others', async () => {
    const { world, leader, second } = await leaderFailed('restart', 'reboot', 'backup');
    const { grants } = world;
    await second.run(async (coordinator) => {
      for (const lock of ['restart', 'reboot', 'backup']) await coordinator.acquire(lock);
    });
    const hook = await leader.open();
    expect(await leader.coordinator.acquire('reboot')).toBe(true);
    expect(world.grants).toEqual(grants);
    await hook.end();
    expect(world.sheet(leader.name).requests.size).toBe(0);
    expect(Object.keys(world.grants).map((lock) => [lock, world.holders(lock)])).toEqual([
      ['backup', [second.name]],
      ['reboot', [second.name]],
      ['restart', [second.name]],
    ]);
  });

  test('can fail again and again without letting the lock go', async () => {
    const { world, leader, second } = await leaderFailed();
    const { grants } = world;
    await second.asks();
    for (let retry = 0; retry < 3; retry += 1) {
      await leader.failing((coordinator) => coordinator.acquire('restart'));
    }
    expect(world.grants).toEqual(grants);
  });

  test('adopts nothing that is not in the grant sheet any more', async () => {
    const { world, leader } = await leaderFailed();
    const orphan = world.grants['restart']?.[leader.name] ?? 0;
    const hook = await leader.open();
    leader.clock.block(60_000);
    leader.store.next('grants.refresh', () => {
      world.cluster.corrupt('grants', compactCodec.encodeGrantSheet(EMPTY_GRANT_SHEET));
    });
    await leader.coordinator.acquire('restart');
    expect(world.grants['restart']?.[leader.name]).toBeGreaterThan(orphan);
    await hook.end();
  });
});

describe('a unit that was deposed after its hook failed under its own new grant', () => {
  test('keeps the lock under the new leader, and adopts it on the retry', async () => {
    const { world, leader, second, third } = await leaderFailed();
    const { grants } = world;
    world.cluster.elect(third.name);
    await second.asks();
    await third.run();
    expect(world.grants).toEqual(grants);
    await leader.run(async (coordinator) => {
      expect(await coordinator.acquire('restart')).toBe(true);
    });
    expect(world.grants).toEqual(grants);
    await third.run();
    expect(world.holders()).toEqual([second.name]);
  });

  test('gives it up on a retry that does not ask: its sheet is the proof for the new leader', async () => {
    const { world, leader, second, third } = await leaderFailed();
    const orphan = world.grants['restart']?.[leader.name];
    world.cluster.elect(third.name);
    await second.asks();
    await leader.run();
    expect(world.sheet(leader.name).lastTicket).toBe(orphan);
    await third.run();
    expect(world.holders()).toEqual([second.name]);
  });

  test('asks anew in the hook after that with a larger ticket', async () => {
    const { world, leader, third } = await leaderFailed();
    const orphan = world.grants['restart']?.[leader.name] ?? 0;
    world.cluster.elect(third.name);
    leader.clock.setWall(-3_600_000);
    await leader.run();
    await leader.asks();
    expect(world.sheet(leader.name).lastTicket).toBe(orphan + 1);
  });
});

describe('a unit whose hook failed while it held the lock', () => {
  test('holds it on the retry, and gives it back when that succeeds', async () => {
    const { world, leader, holder, next } = await secondHolds();
    await holder.failing();
    await holder.newProcess();
    await leader.run();
    await holder.run((coordinator) => {
      expect(coordinator.granted('restart')).toBe(true);
    });
    await leader.run();
    expect(world.holders()).toEqual([next.name]);
  });

  test('loses what it only asked for in that hook', async () => {
    const { world, second } = await trio();
    await second.failing((coordinator) => coordinator.acquire('restart'));
    expect(world.sheet(second.name).requests.size).toBe(0);
    await second.run((coordinator) => {
      expect(coordinator.requested('restart')).toBe(false);
    });
  });
});
