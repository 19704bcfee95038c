import { LockStoreError, type UnitName } from '@baton/coordinator';

import { ClaimSeries } from './claim-series.ts';
import { claimPrefix, parseDocumentName } from './document-names.ts';
import type { Folder } from './folder.ts';
import type { OwnerRecord } from './owner-record.ts';
import { ownerLives } from './owner-state.ts';
import type { ProcessIdentity } from './process-identity.ts';

/** A unit that is claimed by this store; {@link UnitClaim.release} gives it back. */
export interface UnitClaim {
  release(): Promise<void>;
}

/** How to claim a unit. */
export interface ClaimOptions {
  /** Takes processes of another pid namespace for ended, as an operator may who knows it. */
  readonly evenElsewhere?: boolean;
}

/**
 * Makes this store the only one that serves its unit.
 *
 * @throws {LockStoreError} `UNIT_IN_USE` while another does, `UNSUPPORTED` where that cannot be told
 */
export async function claimUnit(
  folder: Folder,
  record: OwnerRecord,
  { evenElsewhere = false }: ClaimOptions = {},
): Promise<UnitClaim> {
  const series = new ClaimSeries(folder, claimPrefix(record.unit));
  for (;;) {
    const newest = await series.newest();
    if (newest !== undefined && (await isServed(newest.record, record, evenElsewhere))) {
      if (newest.record.store === record.store) return held(series, newest.number, record);
      throw inUse(record.unit, newest.record, folder);
    }
    const number = (newest?.number ?? 0) + 1;
    if (await series.claim(number, record)) {
      await series.prune();
      return held(series, number, record);
    }
  }
}

async function isServed(
  by: OwnerRecord,
  self: ProcessIdentity,
  evenElsewhere: boolean,
): Promise<boolean> {
  try {
    return await ownerLives(by, self);
  } catch (error) {
    if (evenElsewhere && LockStoreError.is(error, 'UNSUPPORTED')) return false;
    throw error;
  }
}

function held(series: ClaimSeries, number: number, record: OwnerRecord): UnitClaim {
  return { release: () => series.release(number, record) };
}

/**
 * Refuses a folder in which a process works whose life cannot be told from here.
 *
 * @throws {LockStoreError} `UNSUPPORTED`
 */
export async function refuseForeignClaims(folder: Folder, self: ProcessIdentity): Promise<void> {
  const claims = newestClaims(await folder.list());
  await Promise.all(
    [...claims].map(async ([unit, number]) => {
      try {
        const record = await new ClaimSeries(folder, claimPrefix(unit)).read(number);
        if (record !== undefined) await ownerLives(record, self);
      } catch (error) {
        // A damaged claim stops its own unit; the others go on.
        if (!LockStoreError.is(error, 'CORRUPT')) throw error;
      }
    }),
  );
}

/** The number of the claim that counts, of each unit that was ever claimed. */
export function newestClaims(names: Iterable<string>): ReadonlyMap<UnitName, number> {
  const newest = new Map<UnitName, number>();
  for (const name of names) {
    const parsed = parseDocumentName(name);
    if (parsed?.kind !== 'claim') continue;
    newest.set(parsed.unit, Math.max(parsed.number, newest.get(parsed.unit) ?? 0));
  }
  return newest;
}

function inUse(unit: UnitName, by: OwnerRecord, folder: Folder): LockStoreError {
  const who = by.pid === process.pid ? 'another store of this process' : `process ${by.pid}`;
  return new LockStoreError(
    'UNIT_IN_USE',
    `cannot serve unit ${unit} in ${folder.path}: ${who} does; close that one first, or use another unit name`,
    { unit, path: folder.path },
  );
}
