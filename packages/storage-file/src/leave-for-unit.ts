import { LockStoreError, type UnitName } from '@baton/coordinator';

import { unitDocumentName } from './document-names.ts';
import type { Folder } from './folder.ts';
import { removeUnit } from './open-folder.ts';
import { identifyThisProcess } from './process-identity.ts';
import { claimUnit } from './unit-claim.ts';

/**
 * Ends the membership of a unit whose process has ended, so that its locks go to others. With `force`, also
 * of one whose process cannot be seen from here.
 *
 * @throws {LockStoreError} `UNIT_IN_USE` while its process runs, `UNSUPPORTED` where that cannot be told,
 * `UNAVAILABLE` where there is no such member
 */
export async function leaveForUnit(folder: Folder, unit: UnitName, force: boolean): Promise<void> {
  const member = unitDocumentName('member', unit);
  if ((await folder.read(member)) === undefined) {
    throw new LockStoreError('UNAVAILABLE', `unit ${unit} is no member of ${folder.path}`, {
      unit,
      path: folder.pathOf(member),
    });
  }
  const self = await identifyThisProcess();
  const record = { unit, store: crypto.randomUUID(), ...self, released: false };
  const claim = await claimUnit(folder, record, { evenElsewhere: force });
  await folder.sweep();
  await removeUnit(folder, unit);
  await claim.release();
}
