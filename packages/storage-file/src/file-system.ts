import { readdirSync, readFileSync, statSync, watch as watchFolder } from 'node:fs';
import { link, mkdir, open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

import { errnoOf } from './disk-error.ts';

/** The calls to the file system that a store makes: the edge where tests count them and let them fail. */
export interface FileSystem {
  /** Makes a folder and those above it, and keeps their entries through a power cut. */
  makeFolder(path: string): Promise<void>;
  /** The names in a folder. */
  list(path: string): Promise<readonly string[]>;
  /** The bytes of a file. */
  read(path: string): Promise<Uint8Array>;
  /** Writes a file that must not exist, and returns when its bytes are on the disk. */
  create(path: string, bytes: Uint8Array): Promise<void>;
  /** Gives a file another name, in place of the file that had it. */
  rename(from: string, to: string): Promise<void>;
  /** Gives a file one more name, which nobody may have yet. */
  link(from: string, to: string): Promise<void>;
  /** Removes a name. */
  remove(path: string): Promise<void>;
  /** Returns when the names in a folder are on the disk. */
  syncFolder(path: string): Promise<void>;
  /** The names in a folder, at once: a watch must not miss what changes while it begins. */
  listNow(path: string): readonly string[];
  /** Text that differs when a file was replaced, at once; undefined where there is none. */
  versionNow(path: string): string | undefined;
  /** Calls back when the system reports a change in a folder, or that it cannot watch any longer. */
  watch(path: string, onEvent: () => void, onError: (error: Error) => void): () => void;
}

/** The file system of this machine. */
export const realFileSystem: FileSystem = {
  async makeFolder(path) {
    const first = await makeFolders(path);
    if (first === undefined) return;
    for (let made = path; ; made = dirname(made)) {
      await syncFolder(dirname(made));
      if (made === first || made === dirname(made)) return;
    }
  },
  // Small reads take less time at once than their way through the thread pool and back.
  list: async (path) => readdirSync(path),
  read: async (path) => readFileSync(path),
  async create(path, bytes) {
    const file = await open(path, 'wx', 0o666);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  },
  rename,
  link,
  remove: unlink,
  syncFolder,
  listNow: (path) => readdirSync(path),
  versionNow(path) {
    const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
    return stat && `${stat.ino}:${stat.mtimeNs}:${stat.size}`;
  },
  watch(path, onEvent, onError) {
    const watcher = watchFolder(path, { persistent: false });
    watcher.on('change', onEvent);
    watcher.on('error', onError);
    return () => watcher.close();
  },
};

/** Makes a folder and those above it; gives the first that was made. */
async function makeFolders(path: string): Promise<string | undefined> {
  try {
    return await mkdir(path, { recursive: true });
  } catch (error) {
    // Node says this of a read-only file system too; making the one folder tells the true reason.
    if (errnoOf(error) !== 'ENOENT') throw error;
    await mkdir(path);
    return path;
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
