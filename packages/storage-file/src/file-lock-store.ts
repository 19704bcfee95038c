import { join, resolve } from 'node:path';

import {
  compactCodec,
  LockStoreError,
  parseUnitName,
  type Codec,
  type HookSession,
  type LockStore,
  type UnitName,
} from '@baton/coordinator';

import { escapeName } from './escape.ts';
import { FileSession } from './file-session.ts';
import { realFileSystem, type FileSystem } from './file-system.ts';
import { Folder } from './folder.ts';
import { checkKey } from './key.ts';
import { openFolder, removeUnit, type OpenFolder } from './open-folder.ts';
import { Turns } from './turns.ts';
import { watchFolder } from './watch.ts';

const POLL_EVERY_MS = 2000;

/** How long a reader waits for a new leader to carry the grants over, which takes it milliseconds. */
const TAKEOVER_WAIT_MS = 2000;

/** Where a unit's documents are kept, and whose they are. */
export interface FileLockStoreOptions {
  /** The directory that all units share, on a local file system; it is made where there is none. */
  readonly directory: string;
  /** The unit that this store serves, such as `db/2`. */
  readonly unit: string;
  /** The name the documents are kept by, `baton` by default; 1 to 80 bytes of UTF-8. */
  readonly key?: string;
  /** How sheets become bytes, the compact form by default; the same for all units of a directory. */
  readonly codec?: Codec;
  /** How often {@link FileLockStore.watch} looks at the directory by itself, in milliseconds; 2000 by default. */
  readonly pollEveryMs?: number;
}

interface Watch {
  readonly onChange: () => void;
  readonly stop: () => void;
}

/** What a test puts in the place of the real thing. */
export interface FileLockStoreInternals {
  readonly fileSystem?: FileSystem;
  readonly takeoverWaitMs?: number;
}

/**
 * A LockStore in a directory, which any number of processes of one machine share.
 *
 * Making one touches nothing; the first {@link FileLockStore.begin} joins the directory as a member. A unit
 * stays a member, and keeps its locks, when its process dies: until it comes back, or until
 * {@link FileLockStore.leave}.
 *
 * @throws {CoordinatorError} `INVALID_UNIT_NAME`
 * @throws {LockStoreError} `UNSUPPORTED` for a key that is no key
 */
export class FileLockStore implements LockStore {
  /** The unit this store serves. */
  readonly unit: UnitName;
  /** The name its documents are kept by; stores of a directory with different keys do not see each other. */
  readonly key: string;
  /** The folder that holds the documents of the key. */
  readonly path: string;
  readonly #codec: Codec;
  readonly #pollEveryMs: number;
  readonly #fileSystem: FileSystem;
  readonly #takeoverWaitMs: number;
  readonly #id = crypto.randomUUID();
  readonly #turns = new Turns();
  readonly #watches = new Set<Watch>();
  #open: OpenFolder | undefined;
  #session: 'none' | 'open' = 'none';
  #closing: Promise<void> | undefined;

  constructor(options: FileLockStoreOptions, internals: FileLockStoreInternals = {}) {
    this.unit = parseUnitName(options.unit);
    this.key = checkKey(options.key ?? 'baton');
    this.path = join(resolve(options.directory), escapeName(this.key));
    this.#codec = options.codec ?? compactCodec;
    this.#pollEveryMs = options.pollEveryMs ?? POLL_EVERY_MS;
    this.#fileSystem = internals.fileSystem ?? realFileSystem;
    this.#takeoverWaitMs = internals.takeoverWaitMs ?? TAKEOVER_WAIT_MS;
  }

  /**
   * Opens a hook. The first one makes the unit a member of the directory.
   *
   * @throws {LockStoreError} `CLOSED`; `UNAVAILABLE` while a hook is open or the disk fails; `UNIT_IN_USE`,
   * `UNSUPPORTED`, `CORRUPT`
   */
  async begin(): Promise<HookSession> {
    this.#mustNotBeClosed();
    if (this.#session === 'open') {
      throw new LockStoreError(
        'UNAVAILABLE',
        `cannot open a hook of unit ${this.unit}: the one before has not ended; await its end() first`,
        { unit: this.unit },
      );
    }
    this.#session = 'open';
    try {
      const { folder, leadership, grants } = await this.#exclusively(() => this.#openOnce());
      return new FileSession({
        unit: this.unit,
        codec: this.#codec,
        folder,
        leadership,
        grants,
        exclusively: (work) => this.#exclusively(work),
        ended: () => {
          this.#session = 'none';
        },
      });
    } catch (error) {
      this.#session = 'none';
      throw error;
    }
  }

  /**
   * Calls back when another unit changed something, when the leader is gone, or when a hook of this unit
   * asked for it; returns how to stop. It keeps no process alive, and ends with the store.
   *
   * @throws {LockStoreError} `CLOSED`
   */
  watch(onChange: () => void): () => void {
    this.#mustNotBeClosed();
    const stop = watchFolder({
      fileSystem: this.#fileSystem,
      folder: this.path,
      unit: this.unit,
      pollEveryMs: this.#pollEveryMs,
      isOwnEpoch: (epoch) => this.#open?.leadership.hasClaimed(epoch) ?? false,
      leaderIsGone: async () => this.#open?.leadership.isVacant() ?? false,
      onChange,
    });
    const watch = { onChange, stop };
    this.#watches.add(watch);
    return () => {
      this.#watches.delete(watch);
      stop();
    };
  }

  /**
   * Gives back leadership and the unit's claim, so that another process may serve the unit. What an open
   * hook has not published by then is not published. Closing twice does nothing.
   *
   * @throws {LockStoreError} `UNAVAILABLE`, `CORRUPT`
   */
  async close(): Promise<void> {
    for (const { stop } of this.#watches) stop();
    this.#watches.clear();
    this.#closing ??= this.#turns.take(async () => {
      try {
        await this.#open?.leadership.release();
      } finally {
        await this.#open?.release();
      }
    });
    return this.#closing;
  }

  /**
   * Ends the unit's membership: removes what it has published, and with that its requests and its locks,
   * and closes the store. Make sure first that the unit does nothing that a lock protects.
   *
   * @throws {LockStoreError} `CLOSED`, `UNIT_IN_USE`, `UNAVAILABLE`, `UNSUPPORTED`, `CORRUPT`
   */
  async leave(): Promise<void> {
    await this.#exclusively(async () => {
      const { folder } = await this.#openOnce();
      await removeUnit(folder, this.unit);
    });
    await this.close();
  }

  /**
   * Makes this unit the leader, though another one may lead: that one's next write of grants is refused.
   * For tests and operators; without it, the leader leads as long as its process lives.
   *
   * @throws {LockStoreError} `CLOSED`, `UNIT_IN_USE`, `UNAVAILABLE`, `UNSUPPORTED`, `CORRUPT`
   */
  async takeLeadership(): Promise<void> {
    await this.#exclusively(async () => {
      const { leadership } = await this.#openOnce();
      await leadership.take();
    });
    for (const { onChange } of this.#watches) onChange();
  }

  async #openOnce(): Promise<OpenFolder> {
    this.#open ??= await openFolder(new Folder(this.path, this.#fileSystem, this.unit), {
      unit: this.unit,
      codec: this.#codec,
      store: this.#id,
      takeoverWaitMs: this.#takeoverWaitMs,
    });
    return this.#open;
  }

  async #exclusively<T>(work: () => Promise<T>): Promise<T> {
    return this.#turns.take(() => {
      this.#mustNotBeClosed();
      return work();
    });
  }

  #mustNotBeClosed(): void {
    if (this.#closing === undefined) return;
    throw new LockStoreError(
      'CLOSED',
      `the store of unit ${this.unit} in ${this.path} is closed: make a new one`,
      { unit: this.unit, path: this.path },
    );
  }
}
