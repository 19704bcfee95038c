import type { GrantSheet, LeaderGrants } from '@baton/coordinator';

import { sameBytes } from './key-documents.ts';
import { copyOf, type Kept, type SessionContext } from './session-context.ts';

/** The grants as one session sees them, with what it has staged. */
export class SessionGrants {
  readonly #context: SessionContext;
  #read: Kept | undefined;
  #pending: Uint8Array | undefined;
  #wakes = false;

  constructor(context: SessionContext) {
    this.#context = context;
  }

  /** The members that a caller of the session gets; `refresh` is there with immediate grants alone. */
  members(): LeaderGrants {
    const visibility = this.#context.state.settings.grants;
    const shared: LeaderGrants = {
      visibility,
      read: async () => this.#readSheet(),
      write: async (sheet) => this.#write(sheet),
      wake: async () => this.#wake(),
    };
    return visibility === 'on-commit'
      ? shared
      : { ...shared, refresh: async () => this.#refresh() };
  }

  /** @throws {LockStoreError} `NOT_LEADER`, or `CORRUPT` where publishing would overwrite what cannot be read */
  checkCommit(): void {
    const { documents, state, unit } = this.#context;
    if (this.#pending === undefined && !this.#wakes) return;
    if (state.leader !== unit) {
      throw this.#context.error('NOT_LEADER', 'no longer leads: nothing of its hook was published');
    }
    if (this.#pending !== undefined) documents.readGrants(documents.grants);
  }

  publish(): void {
    const { documents, state } = this.#context;
    if (this.#pending !== undefined) this.#replace(this.#pending);
    if (this.#wakes) state.watchers.tell({ key: documents.key });
  }

  #readSheet(): GrantSheet {
    const { documents } = this.#context;
    this.#context.requireOpen('read the grants');
    this.#read ??= { bytes: documents.grants };
    return documents.readGrants(this.#pending ?? this.#read.bytes);
  }

  #write(sheet: GrantSheet): void {
    const { documents, state } = this.#context;
    this.#context.requireOpen('write the grants');
    this.#context.requireLeader('write the grants');
    documents.readGrants(documents.grants);
    const bytes = copyOf(state.settings.codec.encodeGrantSheet(sheet));
    if (state.settings.grants === 'on-commit') {
      this.#pending = bytes;
      return;
    }
    this.#read = { bytes };
    this.#replace(bytes);
  }

  #refresh(): void {
    this.#context.requireOpen('read the grants anew');
    this.#context.requireLeader('read the grants anew');
    this.#read = undefined;
  }

  #wake(): void {
    this.#context.requireOpen('wake the units');
    this.#context.requireLeader('wake the units');
    this.#wakes = true;
  }

  #replace(bytes: Uint8Array): void {
    const { documents, state, unit } = this.#context;
    if (sameBytes(documents.grants, bytes)) return;
    documents.grants = bytes;
    state.writes += 1;
    const { key } = documents;
    // Juju runs a hook for grants in an application databag on every unit, the leader that wrote them included.
    state.watchers.tell(state.settings.grants === 'on-commit' ? { key } : { key, except: unit });
  }
}
