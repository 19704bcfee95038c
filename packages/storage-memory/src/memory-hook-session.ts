import type {
  HookOutcome,
  HookSession,
  LeaderGrants,
  Leadership,
  LocalState,
  PeerRequests,
} from '@baton/coordinator';

import type { SessionContext } from './session-context.ts';
import { SessionGrants } from './session-grants.ts';
import { SessionLocal } from './session-local.ts';
import { SessionPeers } from './session-peers.ts';

/**
 * One hook. What was read is kept as bytes and decoded anew for every caller, so nobody can change what
 * another one gets; what was written is encoded at once, so later edits of the caller's maps do not count.
 */
export class MemoryHookSession implements HookSession {
  readonly peers: PeerRequests;
  readonly grants: LeaderGrants;
  readonly local: LocalState;
  readonly #context: SessionContext;
  readonly #onEnd: () => void;
  readonly #peers: SessionPeers;
  readonly #grants: SessionGrants;
  readonly #local: SessionLocal;

  /** `onEnd` is called once, when the session is over. */
  constructor(context: SessionContext, onEnd: () => void) {
    this.#context = context;
    this.#onEnd = onEnd;
    this.#peers = new SessionPeers(context);
    this.#grants = new SessionGrants(context);
    this.#local = new SessionLocal(context);
    this.peers = this.#peers;
    this.grants = this.#grants.members();
    this.local = this.#local;
  }

  async leadership(): Promise<Leadership> {
    this.#context.requireOpen('ask for leadership');
    const leader = this.#context.leads();
    const { guaranteedForMs } = this.#context.state.settings;
    return { leader, guaranteedForMs: leader ? guaranteedForMs : 0 };
  }

  async end(outcome: HookOutcome): Promise<void> {
    this.#context.requireOpen('end the hook');
    this.drop();
    if (outcome === 'success') this.#commit();
  }

  /** Ends the session without publishing anything; does nothing when it is over. */
  drop(): void {
    if (this.#context.over) return;
    this.#context.over = true;
    this.#onEnd();
  }

  #commit(): void {
    const { state, unit } = this.#context;
    const member = state.member(unit);
    if (member.state === 'gone') {
      throw this.#context.error('UNAVAILABLE', 'was removed: nothing of its hook was published');
    }
    if (member.failsNextCommit) {
      member.failsNextCommit = false;
      throw this.#context.error(
        'UNAVAILABLE',
        'was told to fail: nothing of its hook was published',
      );
    }
    // Everything that can refuse does so before anything is published.
    this.#grants.checkCommit();
    this.#peers.checkCommit();
    state.commits += 1;
    this.#peers.publish();
    this.#local.publish();
    this.#grants.publish();
  }
}
