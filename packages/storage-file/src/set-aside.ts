import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';

import {
  EMPTY_GRANT_SHEET,
  LockStoreError,
  parseUnitName,
  type Codec,
  type UnitName,
} from '@baton/coordinator';

import { ClaimSeries } from './claim-series.ts';
import { diskError } from './disk-error.ts';
import {
  claimPrefix,
  grantsName,
  LEADER_PREFIX,
  parseDocumentName,
  SET_ASIDE_FOLDER,
} from './document-names.ts';
import { decodeGrants } from './epoch-grants.ts';
import type { Folder } from './folder.ts';
import { decodeSheet } from './own-document.ts';
import { identifyThisProcess } from './process-identity.ts';

/** What was moved, where to, and what that means. */
export interface SetAside {
  readonly from: string;
  /** Undefined where there was none. */
  readonly to: string | undefined;
  readonly consequence: string;
}

/**
 * Moves the newest grant sheet out of the way and puts an empty one in its place. Nothing is deleted.
 *
 * @throws {LockStoreError} `UNSUPPORTED` for one that can be read, without `force`; `UNAVAILABLE`
 */
export async function setGrantsAside(
  folder: Folder,
  codec: Codec,
  force: boolean,
): Promise<SetAside> {
  const leaders = new ClaimSeries(folder, LEADER_PREFIX);
  const epoch = await leaders.newestNumber();
  const name = grantsName(epoch);
  const bytes = await folder.read(name);
  if (bytes === undefined && !force) throw nothingThere(folder, name);
  if (bytes !== undefined && !force) {
    refuseReadable(folder, name, () => decodeGrants(folder, codec, epoch, bytes));
  }
  const to = bytes && (await keepCopy(folder, name));
  // Never absent for a moment: a missing grant sheet means that somebody is taking over.
  await folder.replace([{ name, bytes: codec.encodeGrantSheet(EMPTY_GRANT_SHEET) }]);
  if ((await leaders.newestNumber()) !== epoch) {
    throw new LockStoreError(
      'UNAVAILABLE',
      `leadership passed while ${folder.pathOf(name)} was set aside: look at the status, and try again`,
      { path: folder.pathOf(name) },
    );
  }
  return {
    from: folder.pathOf(name),
    to,
    consequence:
      'nobody holds a lock until the leader grants it again: make sure that no unit works under a lock',
  };
}

/**
 * Moves one document of a unit, or a damaged claim, out of the way. Nothing is deleted.
 *
 * @throws {LockStoreError} `UNSUPPORTED` for a file that can be read, without `force`, and for one that is
 * no document; `UNAVAILABLE`
 */
export async function setDocumentAside(
  folder: Folder,
  codec: Codec,
  name: string,
  force: boolean,
): Promise<SetAside> {
  const parsed = parseDocumentName(name);
  switch (parsed?.kind) {
    case 'sheet':
    case 'local': {
      const { kind, unit } = parsed;
      const bytes = await folder.read(name);
      if (bytes === undefined) throw nothingThere(folder, name);
      if (!force) {
        refuseReadable(folder, name, () => decodeSheet(folder, codec, unit, kind, bytes));
      }
      return moveAway(
        folder,
        name,
        `what ${unit} has asked for is forgotten, and it asks anew; what it holds it keeps until its next ` +
          'hook has succeeded',
      );
    }
    case 'leader':
      return setClaimAside(folder, name, LEADER_PREFIX, parsed.number);
    case 'claim':
      return setClaimAside(folder, name, claimPrefix(parsed.unit), parsed.number, parsed.unit);
    case 'grants':
    case 'format':
    case 'member':
    case 'wake':
    case undefined:
      throw new LockStoreError(
        'UNSUPPORTED',
        `cannot set ${folder.pathOf(name)} aside: only a sheet, local state or a claim can be; use --grants ` +
          'for the grant sheet',
        { path: folder.pathOf(name) },
      );
  }
}

/** A claim of the next number, given back already, takes the place of a damaged one: numbers are never used twice. */
async function setClaimAside(
  folder: Folder,
  name: string,
  prefix: string,
  number: number,
  unit: UnitName = parseUnitName('baton-files/0'),
): Promise<SetAside> {
  const series = new ClaimSeries(folder, prefix);
  if ((await folder.read(name)) === undefined) throw nothingThere(folder, name);
  let readable = true;
  try {
    await series.read(number);
  } catch (error) {
    if (!LockStoreError.is(error, 'CORRUPT')) throw error;
    readable = false;
  }
  if (readable) throw notDamaged(folder, name);
  if ((await series.newestNumber()) === number) {
    const self = await identifyThisProcess();
    await series.claim(number + 1, { unit, store: randomUUID(), ...self, released: true });
  }
  return moveAway(
    folder,
    name,
    'whoever owned it has lost it: make sure that its process has ended',
  );
}

async function moveAway(folder: Folder, name: string, consequence: string): Promise<SetAside> {
  const to = await placeFor(folder, name);
  try {
    await rename(folder.pathOf(name), to);
  } catch (error) {
    throw diskError(error, 'move away', folder.pathOf(name));
  }
  return { from: folder.pathOf(name), to, consequence };
}

async function keepCopy(folder: Folder, name: string): Promise<string> {
  const to = await placeFor(folder, name);
  try {
    await link(folder.pathOf(name), to);
  } catch (error) {
    throw diskError(error, 'keep', folder.pathOf(name));
  }
  return to;
}

async function placeFor(folder: Folder, name: string): Promise<string> {
  const path = folder.pathOf(SET_ASIDE_FOLDER);
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    throw diskError(error, 'make the folder', path);
  }
  return join(path, `${name}.${randomBytes(3).toString('hex')}`);
}

function refuseReadable(folder: Folder, name: string, decode: () => unknown): void {
  try {
    decode();
  } catch (error) {
    if (LockStoreError.is(error, 'CORRUPT')) return;
    throw error;
  }
  throw notDamaged(folder, name);
}

function notDamaged(folder: Folder, name: string): LockStoreError {
  return new LockStoreError(
    'UNSUPPORTED',
    `${folder.pathOf(name)} can be read, so it stays: setting it aside would lose what it says`,
    { path: folder.pathOf(name) },
  );
}

function nothingThere(folder: Folder, name: string): LockStoreError {
  const path = folder.pathOf(name);
  return new LockStoreError('UNAVAILABLE', `there is no ${path} to set aside`, { path });
}
