import type { MemoryClusterOptions } from '@baton/storage-memory';

import { trio, type World, type WorldUnit } from './world.ts';

/** The second unit holds `restart`, the third waits for it, and the first leads. */
export async function secondHolds(options: MemoryClusterOptions = {}): Promise<{
  readonly world: World;
  readonly leader: WorldUnit;
  readonly holder: WorldUnit;
  readonly next: WorldUnit;
}> {
  const { world, leader, second, third } = await trio(options);
  await second.asks();
  await leader.run();
  await third.asks();
  return forget({ world, leader, holder: second, next: third });
}

/** The leader holds `restart`, granted in a hook that ran no code of the charm; the second unit waits for it. */
export async function leaderHolds(options: MemoryClusterOptions = {}): Promise<{
  readonly world: World;
  readonly leader: WorldUnit;
  readonly next: WorldUnit;
  readonly third: WorldUnit;
}> {
  const { world, leader, second, third } = await trio(options);
  await second.asks();
  await leader.run();
  await leader.asks();
  await second.run();
  await leader.runWithoutCode();
  await second.asks();
  return forget({ world, leader, next: second, third });
}

/** The leader was granted `restart` in a hook that then failed, so that its sheet knows nothing of it. */
export async function leaderFailed(...locks: readonly string[]): Promise<{
  readonly world: World;
  readonly leader: WorldUnit;
  readonly second: WorldUnit;
  readonly third: WorldUnit;
}> {
  const { world, leader, second, third } = await trio();
  await leader.failing(async (coordinator) => {
    for (const lock of locks.length > 0 ? locks : ['restart']) await coordinator.acquire(lock);
  });
  return forget({ world, leader, second, third });
}

/** Forgets what was asked and logged until now. */
function forget<Units extends Readonly<Record<string, World | WorldUnit>>>(units: Units): Units {
  for (const unit of Object.values(units)) {
    if ('store' in unit) {
      unit.store.taken();
      unit.log.length = 0;
      unit.warnings.length = 0;
    }
  }
  return units;
}
