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

/** What is not a folder, by its path below the charm's. Node 26 goes into linked folders when it reads recursively. */
async function filesOf(charm: string, below = ''): Promise<string[]> {
  const files: string[] = [];
  for (const entry of await readdir(join(charm, below), { withFileTypes: true })) {
    const path = join(below, entry.name);
    if (entry.isDirectory()) files.push(...(await filesOf(charm, path)));
    else files.push(path);
  }
  return files;
}

async function copy(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await rm(to, { force: true });
  const link = await readlink(from).catch(() => undefined);
  if (link !== undefined) return symlink(link, to);
  await copyFile(from, to);
  return chmod(to, (await stat(from)).mode);
}
