import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** How much there is in a directory. */
export interface Size {
  readonly files: number;
  readonly bytes: number;
}

/** A unit has at most a member, a sheet, a wake, a local file and two claims; there are a format, and two of each epoch. */
const FILES_PER_UNIT_MAX = 6;
const SHARED_FILES_MAX = 5;

/** The largest file is the claim, which names a process in some 250 bytes. */
const BYTES_PER_FILE_MAX = 512;

/** Counts the files below a directory that match, and their bytes; a file that goes meanwhile is not counted. */
export function measure(directory: string): Size {
  let [files, bytes] = [0, 0];
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isFile() !== true) continue;
    files += 1;
    bytes += stat.size;
  }
  return { files, bytes };
}

/** The names of the temporary files below a directory. */
export function temporaryFiles(directory: string): string[] {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return entries.map(({ name }) => name).filter((name) => name.startsWith('tmp.'));
}

/** How large the directory of so many units may ever be, however long they work. */
export function largestSize(units: number): Size {
  const files = FILES_PER_UNIT_MAX * units + SHARED_FILES_MAX;
  return { files, bytes: files * BYTES_PER_FILE_MAX };
}
