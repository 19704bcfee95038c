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
