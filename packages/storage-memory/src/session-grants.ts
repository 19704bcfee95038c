import type { GrantSheet, LeaderGrants } from '@baton/coordinator';

import type { Forms } from './forms.ts';
import type { SessionContext } from './session-context.ts';

/** The grants as one session sees them, with what it has staged. */
export class SessionGrants {
  readonly #context: SessionContext;
  #read: Forms | undefined;
  #pending: Forms | undefined;
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
    const forms = this.#pending ?? this.#outOfStep();
    if (forms !== undefined) this.#replace(forms);
    if (this.#wakes) state.watchers.tell({ keys: documents.keys });
  }

  #readSheet(): GrantSheet {
    const { documents } = this.#context;
    this.#context.requireOpen('read the grants');
    this.#read ??= documents.grants;
    return documents.readGrants(this.#pending ?? this.#read);
  }

  #write(sheet: GrantSheet): void {
    const { documents, state } = this.#context;
    this.#context.requireOpen('write the grants');
    this.#context.requireLeader('write the grants');
    documents.readGrants(documents.grants);
    const forms = documents.encodeGrants(sheet);
    if (state.settings.grants === 'on-commit') {
      this.#pending = forms;
      return;
    }
    this.#read = forms;
    this.#replace(forms);
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

  /** What a leader mends when it wrote no grants: a form that fell behind while it was not written. */
  #outOfStep(): Forms | undefined {
    const { documents, state, unit } = this.#context;
    return state.leader === unit ? documents.grantsOutOfStep() : undefined;
  }

  #replace(forms: Forms): void {
    const { documents, state, unit } = this.#context;
    const changed = documents.replaceGrants(forms);
    if (changed === 0) return;
    state.writes += changed;
    const { keys } = documents;
    // Juju runs a hook for grants in an application databag on every unit, the leader that wrote them included.
    state.watchers.tell(state.settings.grants === 'on-commit' ? { keys } : { keys, except: unit });
  }
}
