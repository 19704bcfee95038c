import { LockStoreError, type LockStoreErrorCode, type UnitName } from '@baton/coordinator';

import type { ClusterState } from './cluster-state.ts';
import type { StoreDocuments } from './store-documents.ts';

/** What the parts of one session share: what it works on, whether it is over, and whether it leads. */
export class SessionContext {
  readonly state: ClusterState;
  readonly documents: StoreDocuments;
  readonly unit: UnitName;
  /** Membership as delivered when the hook began; Juju freezes it too. */
  readonly listed: readonly UnitName[];
  readonly joined: boolean;
  over = false;
  #denied = false;

  constructor(state: ClusterState, documents: StoreDocuments, unit: UnitName) {
    const member = state.member(unit);
    this.state = state;
    this.documents = documents;
    this.unit = unit;
    this.joined = member.joined;
    this.listed = member.joined ? [unit, ...member.lists] : [unit];
  }

  /** Asks anew while the answer is yes; a no stays one until the hook ends, as on Juju. */
  leads(): boolean {
    if (this.state.leader !== this.unit) this.#denied = true;
    return !this.#denied;
  }

  /** @throws {LockStoreError} `NOT_LEADER` */
  requireLeader(what: string): void {
    if (!this.leads()) throw this.error('NOT_LEADER', `is not the leader, so it cannot ${what}`);
  }

  /** @throws {LockStoreError} `CLOSED` */
  requireOpen(what: string): void {
    if (this.over) throw this.error('CLOSED', `cannot ${what}: the session is over`);
  }

  error(code: LockStoreErrorCode, why: string): LockStoreError {
    return new LockStoreError(code, `${this.unit} ${why}`, { unit: this.unit });
  }
}
