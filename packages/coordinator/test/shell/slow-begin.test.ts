import { expect, test } from 'vitest';

import { trio } from '../shell/world.ts';

test('a leader that slept after it read the grants leaves the grant alone that another leader made meanwhile', async () => {
  const { world, leader, second, third } = await trio();
  leader.store.next('peers.read', async () => {
    world.block(60_000);
    world.cluster.elect(second.name);
    await second.open();
    expect(await second.coordinator.acquire('restart')).toBe(true);
    await third.asks();
    world.cluster.elect(leader.name);
  });
  await leader.open();
  expect(world.holders()).toEqual([second.name]);
});

test("a leader that slept while it learnt who is alive leaves the other leader's grant alone too", async () => {
  const { world, leader, second, third } = await trio();
  await third.asks();
  leader.store.next('liveUnits', async () => {
    world.block(60_000);
    world.cluster.elect(second.name);
    await second.run();
    await third.run();
    await second.open();
    expect(await second.coordinator.acquire('restart')).toBe(true);
    world.cluster.elect(leader.name);
  });
  await leader.open();
  expect(world.holders()).toEqual([second.name]);
});

test('a leader whose reads never end within the guarantee grants nothing, says so, and goes on', async () => {
  const { world, leader, second } = await trio();
  await second.asks();
  const slowly = (): void => {
    world.block(60_000);
    leader.store.next('liveUnits', slowly);
  };
  leader.store.next('liveUnits', slowly);
  expect(await leader.asks('backup')).toBe(false);
  expect(world.grants).toEqual({});
  expect(world.sheet(leader.name).requests.size).toBe(1);
  expect(new Set(leader.warnings)).toEqual(
    new Set(['Serial reading takes longer than leadership is guaranteed for: nothing is granted']),
  );
});
