import { MemoryCluster } from '@baton/storage-memory';
import { runLockStoreTests } from '@baton/storage-testkit/vitest';

import { memoryHarness } from './memory-harness.ts';

runLockStoreTests('MemoryLockStore with immediate grants', async () => memoryHarness());

runLockStoreTests('MemoryLockStore with grants on commit', async () =>
  memoryHarness(new MemoryCluster({ application: 'db', grants: 'on-commit' })),
);

runLockStoreTests('MemoryLockStore that writes for charmhelpers too', async () =>
  memoryHarness(new MemoryCluster({ application: 'db' }), (store) => store, {
    compatibility: 'charmhelpers',
  }),
);

runLockStoreTests('MemoryLockStore with reads that wait for a delivery', async () =>
  memoryHarness(new MemoryCluster({ application: 'db', peerReads: 'delivered' })),
);
