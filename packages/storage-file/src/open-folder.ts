import { LockStoreError, type Codec, type UnitName } from '@baton/coordinator';

import { ClaimSeries } from './claim-series.ts';
import { LEADER_PREFIX, unitDocumentName } from './document-names.ts';
import { EpochGrants } from './epoch-grants.ts';
import type { Folder } from './folder.ts';
import { agreeOnFormat } from './format.ts';
import { Leadership } from './leadership.ts';
import type { OwnerRecord } from './owner-record.ts';
import { identifyThisProcess } from './process-identity.ts';
import { claimUnit, refuseForeignClaims, type UnitClaim } from './unit-claim.ts';

/** The folder of a key, opened for one unit that is now a member and served by this process alone. */
export interface OpenFolder {
  readonly folder: Folder;
  readonly leadership: Leadership;
  readonly grants: EpochGrants;
  /** Gives the unit back; the last thing to do. @throws {LockStoreError} `UNAVAILABLE` */
  release(): Promise<void>;
}

/** Who opens a folder, and how. */
export interface OpenOptions {
  readonly unit: UnitName;
  readonly codec: Codec;
  /** Random text that stays the same while a store tries again. */
  readonly store: string;
  readonly takeoverWaitMs: number;
}

/**
 * Makes the folder where there is none, takes the unit, and joins.
 *
 * @throws {LockStoreError} `UNIT_IN_USE`, `UNSUPPORTED`, `UNAVAILABLE`, `CORRUPT`
 */
export async function openFolder(folder: Folder, options: OpenOptions): Promise<OpenFolder> {
  const { unit, codec, store, takeoverWaitMs } = options;
  const record: OwnerRecord = { unit, store, ...(await identifyThisProcess()), released: false };
  await folder.make();
  await agreeOnFormat(folder, codec.name);
  await refuseForeignClaims(folder, record);
  const claim = await claimUnit(folder, record);
  try {
    await folder.sweep();
    await join(folder, unit);
  } catch (error) {
    await releaseIfPossible(claim);
    throw error;
  }
  const leaders = new ClaimSeries(folder, LEADER_PREFIX);
  const grants = new EpochGrants(folder, codec, leaders, record, takeoverWaitMs);
  const leadership = new Leadership(leaders, grants, record);
  return { folder, leadership, grants, release: () => claim.release() };
}

/**
 * Removes what a unit has published, the membership last. The caller must hold the unit's claim.
 *
 * @throws {LockStoreError} `UNAVAILABLE`
 */
export async function removeUnit(folder: Folder, unit: UnitName): Promise<void> {
  for (const kind of ['local', 'sheet', 'wake', 'member'] as const) {
    await folder.replace([{ name: unitDocumentName(kind, unit), bytes: undefined }]);
  }
}

/** What cannot be released on a full disk is still this store's own when it tries again. */
async function releaseIfPossible(claim: UnitClaim): Promise<void> {
  try {
    await claim.release();
  } catch (error) {
    if (!LockStoreError.is(error, 'UNAVAILABLE')) throw error;
  }
}

async function join(folder: Folder, unit: UnitName): Promise<void> {
  const name = unitDocumentName('member', unit);
  if ((await folder.read(name)) !== undefined) return;
  const bytes = new TextEncoder().encode(`${JSON.stringify({ unit })}\n`);
  await folder.replace([{ name, bytes }]);
}
