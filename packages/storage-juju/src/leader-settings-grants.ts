import { LockStoreError, type GrantSheet } from '@baton/coordinator';
import { leaderGet, leaderSet, type Settings } from '@baton/hook-tools';

import { KeptDocument } from './kept-document.ts';
import { emptied } from './keys.ts';
import { readTexts } from './read-texts.ts';
import type { SessionContext } from './session-context.ts';
import type { SessionGrants } from './session-grants.ts';

/** Grants in the leader settings, which Juju has up to 3.6: there at once, and they stay if the hook fails. */
export class LeaderSettingsGrants implements SessionGrants {
  readonly visibility = 'immediate';
  readonly refresh: () => Promise<void>;
  readonly #context: SessionContext;
  readonly #sheet: KeptDocument<GrantSheet>;

  constructor(context: SessionContext) {
    const { keys, grantsForm } = context;
    this.#context = context;
    this.#sheet = new KeptDocument({
      form: grantsForm,
      keys,
      read: () =>
        context.call('read the grants', (transport) =>
          readTexts(keys, {
            readOne: (key) => leaderGet(transport, key),
            readAll: () => leaderGet(transport),
          }),
        ),
      corrupt: (cause) =>
        context.corrupt(
          `the grant sheet under the key ${JSON.stringify(keys.own)} of the leader settings`,
          cause,
          `juju exec --unit ${context.application}/leader 'leader-set ${emptied(keys)}'`,
        ),
    });
    this.refresh = () => this.#refresh();
  }

  read(): Promise<GrantSheet | undefined> {
    return this.#sheet.read();
  }

  async write(sheet: GrantSheet): Promise<void> {
    await this.#sheet.stage(sheet);
    try {
      const changes = this.#sheet.changes();
      if (changes.size === 0) await this.#context.requireLeader('write the grants');
      else await this.#set(changes);
    } catch (error) {
      this.#sheet.unstage();
      throw error;
    }
    this.#sheet.published();
  }

  changes(): Settings {
    return new Map();
  }

  /** A form that fell behind while it was not written is mended by whoever leads. */
  mend(): Promise<void> | undefined {
    if (!this.#context.ledLast) return undefined;
    const changes = this.#sheet.mending();
    return changes.size === 0 ? undefined : this.#setIfLeading(changes);
  }

  async #setIfLeading(changes: Settings): Promise<void> {
    try {
      await this.#set(changes);
    } catch (error) {
      // The new leader mends it.
      if (!LockStoreError.is(error, 'NOT_LEADER')) throw error;
    }
  }

  /** Without data the tool writes nothing, and Juju drops what it has read. */
  async #refresh(): Promise<void> {
    await this.#context.call('read the grants anew', (transport) => leaderSet(transport));
    this.#sheet.forget();
  }

  async #set(changes: Settings): Promise<void> {
    await this.#context.call('write the grants', (transport) => leaderSet(transport, changes));
  }
}
