import { runLockStoreTests } from '@baton/storage-testkit/vitest';
import { afterEach, describe } from 'vitest';

import { closeAgentEnds, WAYS } from './agent-end.ts';
import { jujuHarness } from './harness.ts';

afterEach(closeAgentEnds);

describe.each(WAYS)('with tools called by %s', (way) => {
  runLockStoreTests('JujuLockStore on Juju 3.6', async () => jujuHarness('3.6', way));

  runLockStoreTests('JujuLockStore on Juju 3.6 with grants in the databag', async () =>
    jujuHarness('3.6', way, { grants: 'application-databag' }),
  );

  runLockStoreTests('JujuLockStore on Juju 4.0', async () => jujuHarness('4.0', way));

  runLockStoreTests('JujuLockStore that writes for charmhelpers too', async () =>
    jujuHarness('3.6', way, { compatibility: 'charmhelpers' }),
  );
});
