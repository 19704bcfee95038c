import { setImmediate } from 'node:timers/promises';

import { parseUnitName, type LockStore, type UnitName } from '@baton/coordinator';
import { MemoryCluster, type MemoryLockStoreOptions } from '@baton/storage-memory';
import type { LockStoreHarness } from '@baton/storage-testkit';

/** A harness over a memory cluster, on which everything can be done that the suite knows. */
export function memoryHarness(
  cluster: MemoryCluster = new MemoryCluster({ application: 'db' }),
  around: (store: LockStore) => LockStore = (store) => store,
  options: Pick<MemoryLockStoreOptions, 'compatibility'> = {},
): Required<LockStoreHarness> {
  const stores: LockStore[] = [];
  const openKey = async (unit: UnitName, key: string): Promise<LockStore> => {
    // charmhelpers has one key, so only one of a unit's stores can stand beside it.
    const store = cluster.store(unit, key === 'baton' ? { key, ...options } : { key });
    stores.push(store);
    return around(store);
  };
  const open = (unit: UnitName): Promise<LockStore> => openKey(unit, 'baton');
  return {
    units: [parseUnitName('db/0'), parseUnitName('db/1'), parseUnitName('db/2')],
    open,
    openKey,
    openAgain: open,
    elect: async (unit) => cluster.elect(unit),
    leave: async (unit) => cluster.remove(unit),
    settle: async () => {
      for (const unit of cluster.inspect().units.keys()) cluster.deliver(unit);
      await setImmediate();
    },
    addUnit: async () => cluster.addUnit(),
    joinLate: async () => {
      const unit = cluster.addUnit(undefined, { joined: false });
      return { unit, store: await open(unit), join: async () => cluster.join(unit) };
    },
    dying: async (unit) => cluster.dying(unit),
    crash: (unit) => close(stores.filter((store) => store.unit === unit)),
    failCommit: async (unit) => cluster.failNextCommit(unit),
    failLiveUnits: async (failing) => cluster.failLiveUnits(failing),
    corruptSheet: async (unit) => cluster.corrupt(unit),
    corruptGrants: async () => cluster.corrupt('grants'),
    corruptStash: async (unit) => cluster.corruptStash(unit),
    teardown: () => close(stores),
  };
}

async function close(stores: readonly LockStore[]): Promise<void> {
  for (const store of stores) await store.close?.();
}
