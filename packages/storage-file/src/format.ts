import { LockStoreError } from '@baton/coordinator';
import * as z from 'zod/mini';
import { $ZodError } from 'zod/v4/core';

import { FORMAT_NAME } from './document-names.ts';
import type { Folder } from './folder.ts';
import { parseJson } from './owner-record.ts';

/** The version of the folder's layout that this package reads and writes. */
const VERSION = 1;

/** What form the documents of a folder have. */
export interface Format {
  /** The layout of the folder. */
  readonly version: number;
  /** The name of the codec of the sheets. */
  readonly codec: string;
}

const formatSchema: z.ZodMiniType<Format> = z.object({ version: z.number(), codec: z.string() });

/** Reads what form the documents have; undefined where nobody has said. @throws {LockStoreError} `UNAVAILABLE`, `CORRUPT` */
export async function readFormat(folder: Folder): Promise<Format | undefined> {
  const bytes = await folder.read(FORMAT_NAME);
  if (bytes === undefined) return undefined;
  try {
    return formatSchema.parse(parseJson(bytes));
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof $ZodError)) throw error;
    const path = folder.pathOf(FORMAT_NAME);
    throw new LockStoreError(
      'CORRUPT',
      `${path} does not name the form of the documents; restore it, or use another directory: it should ` +
        `hold ${JSON.stringify({ version: VERSION, codec: 'the codec in use' })}`,
      { cause: error, path },
    );
  }
}

/**
 * Refuses documents of another form than this package and the codec of this name know.
 *
 * @throws {LockStoreError} `UNSUPPORTED`
 */
export function checkFormat(found: Format, codec: string, folder: Folder): void {
  if (found.version === VERSION && found.codec === codec) return;
  throw new LockStoreError(
    'UNSUPPORTED',
    `the documents in ${folder.path} have format ${found.version} with codec ${JSON.stringify(found.codec)}; ` +
      `understood here is format ${VERSION} with codec ${JSON.stringify(codec)}: use the same version of ` +
      '@baton/storage-file and the same codec in every unit, or another directory',
    { path: folder.pathOf(FORMAT_NAME) },
  );
}

/** Names the form of the documents where nobody has, and refuses another. @throws {LockStoreError} `UNAVAILABLE`, `CORRUPT`, `UNSUPPORTED` */
export async function agreeOnFormat(folder: Folder, codec: string): Promise<void> {
  for (;;) {
    const found = await readFormat(folder);
    if (found !== undefined) {
      checkFormat(found, codec, folder);
      return;
    }
    const own = `${JSON.stringify({ version: VERSION, codec })}\n`;
    await folder.createExclusively(FORMAT_NAME, new TextEncoder().encode(own));
  }
}
