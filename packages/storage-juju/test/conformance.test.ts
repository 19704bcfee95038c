import { runLockStoreTests } from '@baton/storage-testkit/vitest';

import { jujuHarness } from './harness.ts';

runLockStoreTests('JujuLockStore on Juju 3.6', async () => jujuHarness('3.6'));

runLockStoreTests('JujuLockStore on Juju 3.6 with grants in the databag', async () =>
  jujuHarness('3.6', { grants: 'application-databag' }),
);

runLockStoreTests('JujuLockStore on Juju 4.0', async () => jujuHarness('4.0'));

runLockStoreTests('JujuLockStore that writes for charmhelpers too', async () =>
  jujuHarness('3.6', { compatibility: 'charmhelpers' }),
);
