import { describe, expect, test } from 'vitest';

import { trio, World } from './world.ts';
import { secondHolds } from './situations.ts';

const DAY_MS = 24 * 3_600_000;

describe('a leader whose grants are visible at once', () => {
  test('runs in the hook that grants it the lock, after the grant was written', async () => {
    const { world, leader } = await trio();
    await leader.run(async (coordinator) => {
      expect(await coordinator.acquire('restart')).toBe(true);
      expect(coordinator.granted('restart')).toBe(true);
      expect(world.holders()).toEqual([leader.name]);
    });
  });
});

describe('a leader whose grants are visible on commit', () => {
  test('runs in a later hook than the one that grants it the lock', async () => {
    const { world, leader } = await trio({ grants: 'on-commit' });
    await leader.run(async (coordinator) => {
      expect(await coordinator.acquire('restart')).toBe(false);
      expect(coordinator.granted('restart')).toBe(false);
      expect(await coordinator.grant('restart', leader.name)).toBe(false);
      expect(await coordinator.acquire('restart')).toBe(false);
    });
    expect(world.holders()).toEqual([leader.name]);
    await leader.run((coordinator) => {
      expect(coordinator.granted('restart')).toBe(true);
    });
    expect(world.holders()).toEqual([]);
  });

  test('stages its grants once, at the end of the hook', async () => {
    const { leader, second } = await trio({ grants: 'on-commit' });
    await second.asks();
    await leader.asks('backup');
    expect(leader.store.count('grants.write')).toBe(1);
    expect(leader.store.calls.slice(-2)).toEqual(['grants.write', 'end success']);
  });

  test('stages nothing where nothing changed', async () => {
    const { leader, holder, next } = await secondHolds({ grants: 'on-commit' });
    for (const unit of [leader, holder, next]) await unit.runWithoutCode();
    expect(leader.store.taken()).toEqual([
      'leadership',
      'joined',
      'own.read',
      'grants.read',
      'peers.read',
      'liveUnits',
      'end success',
    ]);
  });

  test('that gives its lock back and asks again is granted the new request for a later hook', async () => {
    const { world, leader } = await trio({ grants: 'on-commit' });
    await leader.asks();
    await leader.run(async (coordinator) => {
      expect(coordinator.release('restart')).toBe(true);
      expect(await coordinator.acquire('restart')).toBe(false);
    });
    await leader.run((coordinator) => {
      expect(coordinator.granted('restart')).toBe(true);
    });
    expect(world.holders()).toEqual([]);
  });
});

describe('holding', () => {
  test('outlives a change of the leader', async () => {
    const { world, leader, holder, next } = await secondHolds();
    const { grants } = world;
    world.cluster.elect(next.name);
    await next.run();
    await leader.run();
    expect(world.grants).toEqual(grants);
    expect(await holder.holds()).toBe(true);
  });

  test('ends with the request that was granted: a new request of the same unit holds nothing', async () => {
    const { world, holder } = await secondHolds();
    await holder.run(async (coordinator) => {
      coordinator.release('restart');
      await coordinator.acquire('restart');
    });
    expect(world.listed()).toEqual([holder.name]);
    expect(await holder.holds()).toBe(false);
  });

  test.each([
    ['behind', -3 * DAY_MS],
    ['ahead of', 3 * DAY_MS],
  ])('is not broken by a clock three days %s the others', async (_which, skewMs) => {
    const world = new World();
    const [leader, skewed, third] = [world.add(), world.add({ skewMs }), world.add()];
    world.cluster.elect(leader.name);
    const units = [third, skewed, leader];
    const waiting = new Set(units);
    for (const unit of [...units, leader]) await unit.run();
    for (const unit of units) {
      expect(world.holders().length).toBeLessThanOrEqual(1);
      if (await unit.asks()) waiting.delete(unit);
    }
    for (let round = 0; waiting.size > 0 && round < 6; round += 1) {
      for (const unit of units) {
        await unit.run((coordinator) => {
          if (!coordinator.granted('restart')) return;
          expect(world.holders()).toEqual([unit.name]);
          waiting.delete(unit);
        });
      }
    }
    expect([...waiting]).toEqual([]);
    expect(world.holders()).toEqual([]);
  });

  test('is not broken where the leader changes between clocks that are days apart', async () => {
    const world = new World();
    const [first, second] = [world.add({ skewMs: 2 * DAY_MS }), world.add({ skewMs: -2 * DAY_MS })];
    world.cluster.elect(first.name);
    for (const unit of [second, first]) await unit.run();
    await second.asks();
    await first.run();
    await first.asks();
    world.cluster.elect(second.name);
    await second.failing((coordinator) => {
      expect(coordinator.granted('restart')).toBe(true);
    });
    expect(world.holders()).toEqual([second.name]);
    await second.run();
    expect(world.holders()).toEqual([first.name]);
    expect(await first.holds()).toBe(true);
  });
});
