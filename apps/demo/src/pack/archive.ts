import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

import { zip, type AsyncZippable } from 'fflate';

/** The first day that an archive knows: the same files always make the same archive. */
const FIRST_DAY = '1980-01-01T12:00:00';
/** Says that the attributes of a file are those of Unix, the mode among them. */
const UNIX = 3;

/** Puts the files of a folder into one archive, with their modes: what `juju deploy` takes from version 4 on. */
export async function archive(folder: string, path: string): Promise<void> {
  const files: AsyncZippable = {};
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile());
  for (const file of names.map(({ parentPath, name }) => join(parentPath, name)).toSorted()) {
    const { mode } = await stat(file);
    const attributes = { os: UNIX, attrs: mode * 2 ** 16, mtime: FIRST_DAY };
    files[relative(folder, file)] = [await readFile(file), attributes];
  }
  const packed = await new Promise<Uint8Array>((resolve, reject) => {
    zip(files, (error, data) => (error === null ? resolve(data) : reject(error)));
  });
  await writeFile(path, packed);
}
