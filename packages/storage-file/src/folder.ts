import { join } from 'node:path';

import { LockStoreError } from '@baton/coordinator';

import { diskError, errnoOf } from './disk-error.ts';
import { numbersAfter, temporaryPrefix } from './document-names.ts';
import type { FileSystem } from './file-system.ts';

/** What to put under a name: bytes, or nothing. */
export interface Replacement {
  readonly name: string;
  readonly bytes: Uint8Array | undefined;
}

/**
 * The folder that holds the documents of one key. Documents are replaced whole, so that a reader sees one or
 * the other and a crash leaves one or the other.
 */
export class Folder {
  /** Where it is. */
  readonly path: string;
  readonly #fileSystem: FileSystem;
  readonly #temporaryPrefix: string;

  /** `writer` is who writes through this object, for the names of its temporary files. */
  constructor(path: string, fileSystem: FileSystem, writer: string) {
    this.path = path;
    this.#fileSystem = fileSystem;
    this.#temporaryPrefix = temporaryPrefix(writer);
  }

  /** The path of a document. */
  pathOf(name: string): string {
    return join(this.path, name);
  }

  /** Makes the folder where there is none. @throws {LockStoreError} `UNAVAILABLE` */
  async make(): Promise<void> {
    try {
      await this.#fileSystem.makeFolder(this.path);
    } catch (error) {
      throw diskError(error, 'make the folder', this.path);
    }
  }

  /** The names in the folder. @throws {LockStoreError} `UNAVAILABLE` */
  async list(): Promise<readonly string[]> {
    try {
      return await this.#fileSystem.list(this.path);
    } catch (error) {
      throw diskError(error, 'list the folder', this.path);
    }
  }

  /** The numbers of the names that begin with `prefix`, the largest last. @throws {LockStoreError} `UNAVAILABLE` */
  async numbers(prefix: string): Promise<number[]> {
    return numbersAfter(prefix, await this.list());
  }

  /** The bytes of a document; undefined where there is none. @throws {LockStoreError} `UNAVAILABLE` */
  async read(name: string): Promise<Uint8Array | undefined> {
    const path = this.pathOf(name);
    try {
      return await this.#fileSystem.read(path);
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return undefined;
      throw diskError(error, 'read', path);
    }
  }

  /**
   * Puts documents in the place of those that are there. All bytes are on the disk before the first name
   * changes, so a full disk changes nothing.
   *
   * @throws {LockStoreError} `UNAVAILABLE`
   */
  async replace(replacements: readonly Replacement[]): Promise<void> {
    if (replacements.length === 0) return;
    const waiting = new Map<string, string>();
    try {
      for (const { name, bytes } of replacements) {
        if (bytes !== undefined) waiting.set(name, await this.#createTemporary(bytes));
      }
      for (const { name, bytes } of replacements) {
        const temporary = waiting.get(name);
        if (temporary !== undefined) await this.#rename(temporary, name);
        if (bytes === undefined) await this.remove(name);
        waiting.delete(name);
      }
      await this.#sync();
    } finally {
      for (const temporary of waiting.values()) await this.#discard(temporary);
    }
  }

  /**
   * Puts a document under a name that nobody has yet; false when somebody has. It is never seen half written.
   *
   * @throws {LockStoreError} `UNAVAILABLE`, `UNSUPPORTED` where the file system has no hard links
   */
  async createExclusively(name: string, bytes: Uint8Array): Promise<boolean> {
    const temporary = await this.#createTemporary(bytes);
    try {
      await this.#fileSystem.link(temporary, this.pathOf(name));
    } catch (error) {
      const errno = errnoOf(error);
      // ENOENT: another process of this unit won the unit and swept the temporary files. It is for the
      // caller to look again, and find it.
      if (errno === 'EEXIST' || errno === 'ENOENT') return false;
      if (errno === 'EPERM' || errno === 'ENOTSUP' || errno === 'EOPNOTSUPP') {
        throw new LockStoreError(
          'UNSUPPORTED',
          `cannot link ${this.pathOf(name)}: ${errno}; the file system has no hard links, which leadership ` +
            'needs: use a directory on a local file system of this machine',
          { cause: error, path: this.path },
        );
      }
      throw diskError(error, 'link', this.pathOf(name));
    } finally {
      await this.#discard(temporary);
    }
    await this.#sync();
    return true;
  }

  /** Removes a document, if it is there. @throws {LockStoreError} `UNAVAILABLE` */
  async remove(name: string): Promise<void> {
    try {
      await this.#fileSystem.remove(this.pathOf(name));
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw diskError(error, 'remove', this.pathOf(name));
    }
  }

  /**
   * Removes what dead processes of this writer left half written. The caller must be the only one who
   * writes under this writer's name. @throws {LockStoreError} `UNAVAILABLE`
   */
  async sweep(): Promise<void> {
    for (const name of await this.list()) {
      if (name.startsWith(this.#temporaryPrefix)) await this.remove(name);
    }
  }

  async #createTemporary(bytes: Uint8Array): Promise<string> {
    const path = this.pathOf(
      `${this.#temporaryPrefix}${Buffer.from(crypto.getRandomValues(new Uint8Array(4))).toString('hex')}`,
    );
    try {
      await this.#fileSystem.create(path, bytes);
    } catch (error) {
      await this.#discard(path);
      throw diskError(error, 'write', path);
    }
    return path;
  }

  async #rename(temporary: string, name: string): Promise<void> {
    try {
      await this.#fileSystem.rename(temporary, this.pathOf(name));
    } catch (error) {
      throw diskError(error, 'replace', this.pathOf(name));
    }
  }

  async #sync(): Promise<void> {
    try {
      await this.#fileSystem.syncFolder(this.path);
    } catch (error) {
      throw diskError(error, 'sync the folder', this.path);
    }
  }

  /** What cannot be removed now is swept when the unit opens the folder next. */
  async #discard(temporary: string): Promise<void> {
    try {
      await this.#fileSystem.remove(temporary);
    } catch (error) {
      if (errnoOf(error) === undefined) throw error;
    }
  }
}
