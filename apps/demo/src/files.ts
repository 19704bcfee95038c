import { readFileSync, renameSync, writeFileSync } from 'node:fs';

import { hasErrno } from './process-identity.ts';

/** Reads a small file whole; undefined where there is none. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Replaces a small file whole, so that nobody reads half of it. */
export function replaceText(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, text);
  renameSync(temporary, path);
}
