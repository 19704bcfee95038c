import {
  CHARMHELPERS_KEY,
  compactCodec,
  LockStoreError,
  parseUnitName,
  type HookSession,
  type LockStore,
  type UnitName,
} from '@baton/coordinator';

import { stateOf, type ClusterState } from './cluster-state.ts';
import type { MemoryCluster } from './memory-cluster.ts';
import { MemoryHookSession } from './memory-hook-session.ts';
import { SessionContext } from './session-context.ts';
import type { StoreDocuments } from './store-documents.ts';

/** Which unit a {@link MemoryLockStore} serves, where, and under which key. */
export interface MemoryLockStoreOptions {
  /** The cluster the unit is in. */
  readonly cluster: MemoryCluster;
  /** The unit, which is added where the cluster never had it. */
  readonly unit: string;
  /** The name its documents are kept by; `baton` by default. */
  readonly key?: string;
  /**
   * For an application in which some units still run `charmhelpers.coordinator`: every document is also read
   * and written in its form, under its key, `coordinator`. Every unit that runs Baton needs it, until no unit
   * runs charmhelpers any more.
   */
  readonly compatibility?: 'charmhelpers';
}

/**
 * The store of one unit of a {@link MemoryCluster}. It serves the unit from its first session on until it is
 * closed; meanwhile another store of that unit and key is refused. Closing drops an open session as a failed
 * hook would, as if the unit's process had died.
 */
export class MemoryLockStore implements LockStore {
  /** The unit this store serves. */
  readonly unit: UnitName;
  /** The name its documents are kept by; stores of a cluster with different keys do not see each other. */
  readonly key: string;
  readonly #state: ClusterState;
  readonly #documents: StoreDocuments;
  readonly #unwatch = new Set<() => void>();
  #session: MemoryHookSession | undefined;
  #closed = false;

  /**
   * @throws {CoordinatorError} `INVALID_UNIT_NAME`
   * @throws {RangeError} where `compatibility` is asked for with the key of charmhelpers itself, or in a cluster
   * whose documents are not in the compact form
   */
  constructor(options: MemoryLockStoreOptions) {
    this.unit = parseUnitName(options.unit);
    this.key = options.key ?? 'baton';
    this.#state = stateOf(options.cluster);
    const withCharmhelpers = options.compatibility === 'charmhelpers';
    if (withCharmhelpers) this.#requireRoomForBothForms();
    this.#documents = this.#state.storeDocuments(this.key, withCharmhelpers);
    if (!this.#state.members.has(this.unit)) options.cluster.addUnit(this.unit);
  }

  /**
   * Opens a hook.
   *
   * @throws {LockStoreError} `CLOSED`; `UNAVAILABLE` while a session is open, or when the unit was removed;
   * `UNIT_IN_USE` while another store serves this unit and key
   */
  async begin(): Promise<HookSession> {
    this.#requireOpen('begin a session');
    if (this.#session !== undefined) {
      throw this.#error('UNAVAILABLE', 'has a session open: end that one first');
    }
    if (this.#state.member(this.unit).state === 'gone') {
      throw this.#error('UNAVAILABLE', 'was removed, so it runs no more hooks');
    }
    if (!this.#documents.serve(this.unit, this)) {
      throw this.#error('UNIT_IN_USE', 'is served by another store: close that one first');
    }
    const context = new SessionContext(this.#state, this.#documents, this.unit);
    const session = new MemoryHookSession(context, () => {
      this.#session = undefined;
    });
    this.#session = session;
    return session;
  }

  /**
   * Calls back, on a microtask, when another unit published a sheet or grants, when somebody joined, left or
   * is dying, when leadership moved, and when this or another unit asked for it by `wake`. Grants on commit
   * call back the leader that wrote them too.
   *
   * @throws {LockStoreError} `CLOSED`
   */
  watch(onChange: () => void): () => void {
    this.#requireOpen('watch');
    const stop = this.#state.watchers.watch(this.unit, this.#documents.keys, onChange);
    this.#unwatch.add(stop);
    return () => {
      this.#unwatch.delete(stop);
      stop();
    };
  }

  /** Lets another store serve the unit; drops a session that is open, and stops all watching. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#session?.drop();
    for (const stop of this.#unwatch) stop();
    this.#unwatch.clear();
    this.#documents.stopServing(this.unit, this);
  }

  #requireRoomForBothForms(): void {
    if (this.key === CHARMHELPERS_KEY) {
      throw new RangeError(
        `the key ${JSON.stringify(this.key)} is that of charmhelpers: give Baton's documents another one`,
      );
    }
    if (this.#state.settings.codec !== compactCodec) {
      throw new RangeError(
        'beside the documents of charmhelpers only the compact form can stand: ' +
          'make the cluster without a codec of its own',
      );
    }
  }

  #requireOpen(what: string): void {
    if (this.#closed) throw this.#error('CLOSED', `cannot ${what}: its store was closed`);
  }

  #error(code: 'CLOSED' | 'UNAVAILABLE' | 'UNIT_IN_USE', why: string): LockStoreError {
    return new LockStoreError(code, `${this.unit} ${why} (key ${JSON.stringify(this.key)})`, {
      unit: this.unit,
    });
  }
}
