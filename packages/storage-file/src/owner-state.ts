import { LockStoreError } from '@baton/coordinator';

import type { OwnerRecord } from './owner-record.ts';
import { stateOfProcess, type ProcessIdentity } from './process-identity.ts';

/**
 * Whether the owner still has what it claimed: it has not given it back, and its process runs.
 *
 * @throws {LockStoreError} `UNSUPPORTED` where this process cannot tell
 */
export async function ownerLives(record: OwnerRecord, self: ProcessIdentity): Promise<boolean> {
  if (record.released) return false;
  const state = await stateOfProcess(record, self);
  if (state !== 'elsewhere') return state === 'alive';
  throw new LockStoreError(
    'UNSUPPORTED',
    `unit ${record.unit} is served by process ${record.pid} of another pid namespace ` +
      `(${record.pidNamespace}, this process is in ${self.pidNamespace}), so nobody here can tell whether it ` +
      'is alive: let all units of a directory run in one container, or all outside. If that process has ' +
      'ended for good, `baton-files leave --force` removes the unit, and with it its locks',
    { unit: record.unit },
  );
}
