import {
  EMPTY_GRANT_SHEET,
  type GrantSheet,
  type HookOutcome,
  type HookSession,
  type LeaderGrants,
  type Leadership,
  type LocalState,
  type LockStoreError,
  type PeerRequests,
} from '@baton/coordinator';
import { relationSet, type Settings } from '@baton/hook-tools';

import type { SessionContext } from './session-context.ts';
import type { SessionGrants } from './session-grants.ts';
import { SessionPeers } from './session-peers.ts';
import type { SessionStash } from './session-stash.ts';

/** What a session is made of. */
export interface JujuSessionParts {
  readonly context: SessionContext;
  readonly grants: SessionGrants;
  readonly stash: SessionStash;
  /** What no other hook is called. */
  readonly hookId: string;
  /** For how long a unit that leads goes on leading, in milliseconds; asked of a leader only. */
  readonly guaranteedForMs: () => number;
  /** Told when the session ends, and whether grants wait for the hook's success. */
  readonly onEnd: (end: { readonly grantsWait: boolean }) => void;
}

/**
 * One hook. What Juju publishes when the hook has succeeded is held back until the session ends well, and then
 * given to Juju, each databag in one call; a session that fails has given nothing.
 */
export class JujuSession implements HookSession {
  readonly peers: PeerRequests;
  readonly grants: LeaderGrants;
  readonly local: LocalState;
  readonly #parts: JujuSessionParts;
  readonly #peers: SessionPeers;
  #wakes = false;
  /** Whether there was no grant sheet: there never was one, or somebody set it aside. */
  #foundNoGrants = false;
  #over = false;

  constructor(parts: JujuSessionParts) {
    const { context, grants, stash } = parts;
    this.#parts = parts;
    this.#peers = new SessionPeers(context);
    const peers = this.#peers;
    this.peers = {
      joined: () => this.#whileOpen(() => peers.joined()),
      readOwn: () => this.#whileOpen(() => peers.readOwn()),
      readAll: (alsoRead) => this.#whileOpen(() => peers.readAll(alsoRead)),
      write: (sheet) => this.#whileOpen(() => peers.write(sheet)),
      liveUnits: () => this.#whileOpen(() => peers.liveUnits()),
    };
    const { refresh } = grants;
    this.grants = {
      visibility: grants.visibility,
      read: () => this.#whileOpen(() => this.#readGrants()),
      write: (sheet) => this.#whileOpen(() => grants.write(sheet)),
      wake: () => this.#whileOpen(() => this.#wake()),
      ...(refresh === undefined ? {} : { refresh: () => this.#whileOpen(refresh) }),
    };
    this.local = {
      read: () => this.#whileOpen(() => stash.read()),
      write: (sheet) => this.#whileOpen(() => stash.write(sheet)),
    };
  }

  leadership(): Promise<Leadership> {
    const { context, guaranteedForMs } = this.#parts;
    return this.#whileOpen(() =>
      context
        .leads()
        .then((leader) => ({ leader, guaranteedForMs: leader ? guaranteedForMs() : 0 })),
    );
  }

  async end(outcome: HookOutcome): Promise<void> {
    if (this.#over) throw this.#closed();
    this.#over = true;
    const end = { grantsWait: false };
    try {
      if (outcome === 'success') end.grantsWait = await this.#publish();
    } finally {
      this.#parts.onEnd(end);
    }
  }

  #readGrants(): Promise<GrantSheet> {
    return this.#parts.grants.read().then((sheet) => {
      this.#foundNoGrants = sheet === undefined;
      return sheet ?? EMPTY_GRANT_SHEET;
    });
  }

  async #wake(): Promise<void> {
    await this.#parts.context.requireLeader('wake the units');
    this.#wakes = true;
  }

  /** Gives Juju what was written, what Juju may refuse first. Tells whether grants wait for the commit. */
  async #publish(): Promise<boolean> {
    const { grants, stash, context } = this.#parts;
    const own = this.#peers.changes();
    const mended = grants.mend?.();
    if (mended !== undefined) await mended;
    const shared = grants.changes();
    if (stash.isStaged) await stash.publish();
    // The agents of Juju 4 tell databags apart by their content, and may have seen the same grants before they were
    // set aside.
    const looksNew = shared.size > 0 && this.#foundNoGrants;
    // No other hook has this value, so it changes the key.
    const wake = this.#wakes || looksNew ? [[context.keys.wake, this.#parts.hookId] as const] : [];
    if (own.size + shared.size + wake.length === 0) return false;
    const relation = await context.relationId();
    // Before the peers can be reached nobody hears a wake, and this unit has hooks to come.
    if (relation === undefined) return false;
    if (shared.size + wake.length > 0)
      await this.#set(relation, true, new Map([...shared, ...wake]));
    if (own.size > 0) await this.#set(relation, false, own);
    return shared.size > 0;
  }

  async #set(relation: string, application: boolean, data: Settings): Promise<void> {
    const what = application ? "write the application's databag" : 'publish its sheet';
    await this.#parts.context.call(what, (transport) =>
      relationSet(transport, { relation, application, data }),
    );
  }

  #whileOpen<Value>(act: () => Promise<Value>): Promise<Value> {
    return this.#over ? Promise.reject(this.#closed()) : act();
  }

  #closed(): LockStoreError {
    return this.#parts.context.error(
      'CLOSED',
      'cannot use a session that is over: await everything before the hook ends',
    );
  }
}
