import { LockStoreError, type Codec, type SheetReading, type UnitName } from '@baton/coordinator';

import { unitDocumentName } from './document-names.ts';
import type { Folder } from './folder.ts';
import { decodeSheet } from './own-document.ts';

/** Reads the published sheet of a unit, or why it cannot be read: the other units go on. */
export async function readSheet(
  folder: Folder,
  codec: Codec,
  unit: UnitName,
): Promise<SheetReading> {
  try {
    const bytes = await folder.read(unitDocumentName('sheet', unit));
    if (bytes === undefined) return { state: 'absent' };
    return { state: 'present', sheet: decodeSheet(folder, codec, unit, 'sheet', bytes) };
  } catch (error) {
    return unreadable(error);
  }
}

/** The reading of a sheet for which a store gave this error; throws what is none of a store's. */
export function unreadable(error: unknown): SheetReading {
  if (!LockStoreError.is(error)) throw error;
  return { state: 'unreadable', error };
}
