import { describe, expect, test } from 'vitest';

import { LockStoreError, parseLockName } from '../../src/index.ts';
import { settled } from './manual-clock.ts';
import { leaderHolds, secondHolds } from './situations.ts';
import { deferred, trio, type WorldUnit } from './world.ts';

const RESTART = parseLockName('restart');
const BACKUP = parseLockName('backup');
const REREAD = ['leadership', 'grants.refresh', 'grants.read', 'liveUnits'];
const DEPOSED = 'Serial this unit does not lead any more, so the grants are left to the new leader';

function isNotLeader(error: unknown): boolean {
  return LockStoreError.is(error, 'NOT_LEADER');
}

describe("while the charm's code of a leader runs", () => {
  test('leadership is asked again every 10 s, and what was read stays good', async () => {
    const { leader } = await trio();
    const hook = await leader.open();
    leader.store.taken();
    await leader.clock.pass(65_000);
    expect(leader.store.taken()).toEqual(Array.from({ length: 6 }, () => 'leadership'));
    expect(await leader.coordinator.acquire('restart')).toBe(true);
    expect(leader.store.taken()).toEqual(['liveUnits', 'grants.write']);
    await hook.end();
  });

  test('it is asked every 5 s where it is guaranteed for 15 s', async () => {
    const { leader } = await trio({ guaranteedForMs: 15_000 });
    const hook = await leader.open();
    leader.store.taken();
    await leader.clock.pass(11_000);
    expect(leader.store.taken()).toEqual(['leadership', 'leadership']);
    leader.clock.block(9_500);
    await leader.coordinator.acquire('restart');
    expect(leader.store.taken()).toEqual([...REREAD, 'grants.write']);
    await hook.end();
  });

  test('it is not asked again where it cannot pass', async () => {
    const { leader } = await trio({ guaranteedForMs: Infinity });
    const hook = await leader.open();
    expect(leader.clock.timers).toBe(0);
    leader.clock.block(3_600_000);
    leader.store.taken();
    expect(await leader.coordinator.acquire('restart')).toBe(true);
    expect(leader.store.taken()).toEqual(['liveUnits', 'grants.write']);
    await hook.end();
  });

  test('a follower does not ask again', async () => {
    const { second } = await trio();
    const hook = await second.open();
    expect(second.clock.timers).toBe(0);
    await hook.end();
  });

  test.each<[string, (leader: WorldUnit) => Promise<unknown>]>([
    ['succeeds', (leader) => leader.run()],
    ['fails', (leader) => leader.failing()],
  ])('the asking ends when the hook %s', async (_how, run) => {
    const { leader } = await trio();
    await run(leader);
    expect(leader.clock.timers).toBe(0);
  });

  test('a question that is under way is waited for before the session ends', async () => {
    const { leader } = await trio();
    const hook = await leader.open();
    const answer = deferred<void>();
    leader.store.next('leadership', () => answer.promise);
    await leader.clock.pass(10_000);
    const ended = hook.end();
    await settled();
    expect(leader.store.calls.at(-1)).toBe('leadership');
    answer.resolve();
    await ended;
    expect(leader.store.calls.at(-1)).toBe('end success');
  });

  test('one question without an answer breaks nothing, and two do', async () => {
    const { leader } = await trio();
    const hook = await leader.open();
    leader.store.next('leadership', unavailable);
    await leader.clock.pass(10_000);
    await leader.clock.pass(15_000);
    leader.store.taken();
    await leader.coordinator.acquire('restart');
    expect(leader.store.taken()).toEqual(['liveUnits', 'grants.write']);
    leader.store.next('leadership', unavailable);
    await leader.clock.pass(5_000);
    leader.store.next('leadership', unavailable);
    await leader.clock.pass(10_000);
    leader.clock.block(6_000);
    leader.store.taken();
    await leader.coordinator.acquire('backup');
    expect(leader.store.taken()).toEqual([...REREAD, 'grants.write']);
    await hook.end();
  });

  test("an error of that question that is none of the store's fails the hook", async () => {
    const { leader } = await trio();
    const hook = await leader.open();
    leader.store.next('leadership', () => {
      throw new TypeError('a bug');
    });
    await leader.clock.pass(10_000);
    await expect(hook.end()).rejects.toThrow('a bug');
    expect(leader.store.calls.at(-1)).toBe('end failure');
  });
});

describe('a leader that somebody else may have followed meanwhile', () => {
  test.each<[string, (leader: WorldUnit) => void]>([
    ['the charm blocked the event loop', ({ clock }) => clock.block(26_000)],
    ['the machine slept', ({ clock }) => clock.setWall(26_000)],
    ['the wall clock stood still', ({ clock }) => clock.setMonotonic(26_000)],
    ['the wall clock was set back', ({ clock }) => clock.setWall(-1000)],
  ])('reads everything again where %s', async (_what, happens) => {
    const { leader } = await trio();
    const hook = await leader.open();
    leader.store.taken();
    happens(leader);
    expect(await leader.coordinator.acquire('restart')).toBe(true);
    expect(leader.store.taken()).toEqual([...REREAD, 'grants.write']);
    await hook.end();
  });

  test('reads nothing again before the guarantee, less 5 s, is over', async () => {
    const { leader } = await trio();
    const hook = await leader.open();
    leader.store.taken();
    leader.clock.block(25_000);
    await leader.coordinator.acquire('restart');
    expect(leader.store.taken()).toEqual(['liveUnits', 'grants.write']);
    await hook.end();
  });

  test('counts the guarantee from before it asked', async () => {
    const { leader } = await trio();
    leader.store.next('leadership', () => leader.clock.block(20_000));
    const hook = await leader.open();
    leader.store.taken();
    leader.clock.block(6_000);
    await leader.coordinator.acquire('restart');
    expect(leader.store.taken()).toEqual([...REREAD, 'grants.write']);
    await hook.end();
  });

  test('counts the new guarantee from when it asked again', async () => {
    const { leader } = await trio();
    const hook = await leader.open();
    leader.clock.block(26_000);
    await leader.coordinator.acquire('restart');
    leader.clock.block(25_000);
    leader.store.taken();
    await leader.coordinator.acquire('backup');
    expect(leader.store.taken()).toEqual(['grants.write']);
    leader.clock.block(26_000);
    await leader.coordinator.grant('backup', leader.name);
    expect(leader.store.taken()).toEqual(REREAD);
    await hook.end();
  });

  test("leads again, and leaves the other leader's grant alone", async () => {
    const { world, leader, second } = await trio();
    const hook = await leader.open();
    world.block(60_000);
    world.cluster.elect(second.name);
    const other = await second.open();
    expect(await second.coordinator.acquire('restart')).toBe(true);
    world.cluster.elect(leader.name);
    expect(await leader.coordinator.acquire('restart')).toBe(false);
    expect(world.holders()).toEqual([second.name]);
    await hook.end();
    expect(world.holders()).toEqual([second.name]);
    await other.end();
  });

  test('learns anew who is alive', async () => {
    const { world, leader, holder, next } = await secondHolds();
    const hook = await leader.open();
    leader.clock.block(60_000);
    world.cluster.remove(holder.name);
    expect(await leader.coordinator.grant('restart', next.name)).toBe(true);
    expect(world.holders()).toEqual([next.name]);
    await hook.end();
  });

  test('grants nothing new where it cannot learn that this time', async () => {
    const { world, leader } = await trio();
    const hook = await leader.open();
    expect(await leader.coordinator.acquire('backup')).toBe(true);
    leader.clock.block(60_000);
    world.cluster.failLiveUnits(true);
    expect(await leader.coordinator.acquire('restart')).toBe(false);
    await hook.end();
    expect(world.holders()).toEqual([]);
  });

  test('reads again at the end of the hook too, before it hands its own lock on', async () => {
    const { world, leader, next } = await leaderHolds();
    const hook = await leader.open();
    leader.store.taken();
    leader.clock.block(60_000);
    await hook.end();
    expect(leader.store.taken()).toEqual(['own.write', ...REREAD, 'grants.write', 'end success']);
    expect(world.holders()).toEqual([next.name]);
  });

  test('decides nothing more where the grants cannot be read any more, and the hook goes on', async () => {
    const { world, leader } = await leaderHolds();
    const hook = await leader.open();
    leader.clock.block(60_000);
    world.cluster.corrupt('grants');
    expect(await leader.coordinator.acquire('backup')).toBe(false);
    leader.store.taken();
    await hook.end();
    expect(leader.store.taken()).toEqual(['end success']);
    expect(world.sheet(leader.name).requests.has(BACKUP)).toBe(false);
  });

  test('publishes all the same that it has done its work, so that it does not do it twice', async () => {
    const { world, leader } = await leaderHolds();
    const hook = await leader.open();
    expect(await leader.coordinator.acquire('restart')).toBe(true);
    leader.clock.block(60_000);
    world.cluster.corrupt('grants');
    expect(await leader.coordinator.acquire('backup')).toBe(false);
    await hook.end();
    expect(leader.log.at(-1)).toBe('Serial gave back restart');
    expect([...world.sheet(leader.name).requests.keys()]).toEqual([]);
  });

  test('keeps a turn of which its charm did not hear in time', async () => {
    const { world, leader } = await leaderHolds();
    const ticket = world.sheet(leader.name).requests.get(RESTART);
    const hook = await leader.open();
    leader.clock.block(60_000);
    world.cluster.corrupt('grants');
    expect(await leader.coordinator.acquire('backup')).toBe(false);
    expect(leader.coordinator.granted('restart')).toBe(false);
    await hook.end();
    expect(world.sheet(leader.name).requests.get(RESTART)).toBe(ticket);
  });
});

describe("a leader that has been deposed while the charm's code ran", () => {
  test.each<[string, (leader: WorldUnit, depose: () => void) => void | Promise<void>]>([
    [
      'the answer is no',
      ({ clock }, depose) => {
        clock.block(60_000);
        depose();
      },
    ],
    [
      'the write is refused',
      (_leader, depose) => {
        depose();
      },
    ],
    [
      'reading them anew is refused',
      ({ clock, store }, depose) => {
        clock.block(60_000);
        store.next('grants.refresh', depose);
      },
    ],
    [
      'a question in between was answered no',
      async ({ clock }, depose) => {
        depose();
        await clock.pass(10_000);
      },
    ],
  ])('forgets the grants where %s, and publishes what it asked for', async (_why, happens) => {
    const { world, leader, second } = await trio();
    const hook = await leader.open();
    await happens(leader, () => world.cluster.elect(second.name));
    expect(await leader.coordinator.acquire('restart')).toBe(false);
    expect(leader.coordinator.grants.size).toBe(0);
    expect(await leader.coordinator.grant('restart', leader.name)).toBe(false);
    expect(leader.coordinator.explain('restart').complete).toBe(false);
    expect(leader.warnings).toEqual([DEPOSED]);
    await hook.end();
    expect(leader.warnings).toEqual([DEPOSED]);
    expect(leader.log).toEqual(['Serial asked for restart']);
    expect(world.grants).toEqual({});
    expect(world.sheet(leader.name).requests.size).toBe(1);
    await second.run();
    expect(world.holders()).toEqual([leader.name]);
  });

  test.each(['grants.refresh', 'grants.write', 'wake'] as const)(
    'does not take another error of %s for a refusal',
    async (call) => {
      const { leader } = await trio();
      const hook = await leader.open();
      leader.clock.block(60_000);
      leader.store.next(call, () => {
        throw new LockStoreError('UNAVAILABLE', 'the disk is full');
      });
      const work = async (): Promise<void> => {
        await leader.coordinator.acquire('restart');
        leader.coordinator.release('restart');
        await leader.coordinator.acquire('restart');
        await hook.end();
      };
      await expect(work()).rejects.toThrow('the disk is full');
      await hook.fail().catch(() => undefined);
    },
  );

  test('keeps a lock that it was granted before', async () => {
    const { world, leader, second } = await trio();
    const hook = await leader.open();
    expect(await leader.coordinator.acquire('restart')).toBe(true);
    leader.clock.block(60_000);
    world.cluster.elect(second.name);
    expect(await leader.coordinator.acquire('backup')).toBe(false);
    expect(leader.coordinator.granted('restart')).toBe(true);
    await second.asks();
    expect(world.holders()).toEqual([leader.name]);
    await hook.end();
    await second.runWithoutCode();
    expect(world.holders()).toEqual([second.name]);
  });

  test('wakes nobody for a lock that it was granted before and told nothing of', async () => {
    const { world, leader, second } = await trio();
    const hook = await leader.open();
    await leader.coordinator.acquire('restart');
    leader.clock.block(60_000);
    world.cluster.elect(second.name);
    await leader.coordinator.acquire('backup');
    leader.store.taken();
    await hook.endWithoutCode();
    expect(leader.store.taken()).toEqual(['own.write', 'end success']);
    expect(leader.warnings).toEqual([DEPOSED]);
  });

  test('where waking is refused, ends its hook well', async () => {
    const { world, leader, second } = await trio();
    leader.store.next('wake', () => world.cluster.elect(second.name));
    await leader.run(async (coordinator) => {
      await coordinator.acquire('restart');
      coordinator.release('restart');
      await coordinator.acquire('restart');
    });
    expect(leader.warnings).toEqual([DEPOSED]);
    expect(leader.store.calls.at(-1)).toBe('end success');
  });
});

describe('a leader whose grants wait for the commit, and whose hook was too slow', () => {
  test('writes no grants, wakes the units, says so, and gives its own lock back', async () => {
    const { world, leader, second } = await trio({ grants: 'on-commit' });
    await leader.asks();
    await second.asks();
    leader.store.taken();
    const hook = await leader.open();
    expect(leader.coordinator.granted('restart')).toBe(true);
    leader.clock.block(60_000);
    expect(await leader.coordinator.acquire('backup')).toBe(false);
    leader.store.taken();
    await hook.end();
    expect(leader.store.taken()).toEqual(['own.write', 'wake', 'end success']);
    expect(leader.warnings).toEqual([expect.stringContaining('took longer than leadership')]);
    expect([...world.sheet(leader.name).requests.keys()]).toEqual(['backup']);
    expect(world.listed()).toEqual([leader.name]);
    await leader.runWithoutCode();
    expect(world.holders()).toEqual([second.name]);
    expect(world.holders('backup')).toEqual([leader.name]);
  });

  test('drops what it had decided before, and says nothing of it', async () => {
    const { world, leader, second } = await trio({ grants: 'on-commit' });
    await second.asks();
    const hook = await leader.open();
    leader.clock.block(60_000);
    await hook.end();
    expect(world.holders()).toEqual([]);
    expect(leader.log).toEqual([]);
    expect(leader.store.count('wake')).toBe(1);
  });

  test('wakes nobody where it does not lead any more, and still gives its own lock back', async () => {
    const { world, leader, second } = await trio({ grants: 'on-commit' });
    await leader.asks();
    leader.store.taken();
    const hook = await leader.open();
    leader.clock.block(60_000);
    world.cluster.elect(second.name);
    await hook.end();
    expect(leader.store.taken()).not.toContain('wake');
    expect(leader.warnings).toEqual([DEPOSED]);
    expect(world.sheet(leader.name).requests.size).toBe(0);
    await second.run();
    expect(world.holders()).toEqual([]);
  });

  test('leaves its grants out where staging them is refused', async () => {
    const { world, leader, second } = await trio({ grants: 'on-commit' });
    const hook = await leader.open();
    await leader.coordinator.acquire('restart');
    leader.store.next('grants.write', () => world.cluster.elect(second.name));
    await hook.end();
    expect(leader.warnings).toEqual([DEPOSED]);
    expect(world.grants).toEqual({});
    expect(world.sheet(leader.name).requests.size).toBe(1);
  });

  test('fails with its commit where leadership went between the last question and the commit', async () => {
    const { world, leader, second } = await trio({ grants: 'on-commit' });
    leader.store.next('end success', () => world.cluster.elect(second.name));
    await expect(leader.asks()).rejects.toSatisfy(isNotLeader);
    expect(world.sheet(leader.name).requests.size).toBe(0);
  });
});

function unavailable(): never {
  throw new LockStoreError('UNAVAILABLE', 'no answer');
}
