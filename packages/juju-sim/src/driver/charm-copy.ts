import { chmod, copyFile, mkdir, readdir, readlink, rm, stat, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * The copy of the charm in a unit's folder. A new charm replaces the files of the old one and leaves
 * alone what the charm has made there itself.
 */
export class CharmCopy {
  readonly folder: string;
  #files = new Set<string>();

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Puts a charm into the folder, in place of the one before. */
  async deploy(charm: string): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    const files = new Set(await filesOf(charm));
    for (const old of this.#files)
      if (!files.has(old)) await rm(join(this.folder, old), { force: true });
    for (const file of files) await copy(join(charm, file), join(this.folder, file));
    this.#files = files;
  }
}

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

async function copy(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await rm(to, { force: true });
  const link = await readlink(from).catch(() => undefined);
  if (link !== undefined) return symlink(link, to);
  await copyFile(from, to);
  return chmod(to, (await stat(from)).mode);
}
