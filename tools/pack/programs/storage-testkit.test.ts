import { parseUnitName } from '@baton/coordinator';
import { MemoryCluster } from '@baton/storage-memory';
import { runLockStoreTests } from '@baton/storage-testkit/vitest';

runLockStoreTests('MemoryLockStore', async () => {
  const cluster = new MemoryCluster();
  return {
    units: [parseUnitName('app/0'), parseUnitName('app/1'), parseUnitName('app/2')],
    open: async (unit) => cluster.store(unit),
    elect: async (unit) => cluster.elect(unit),
    leave: async (unit) => cluster.remove(unit),
  };
});
