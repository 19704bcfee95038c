import type { GrantSheet } from '@baton/coordinator';
import { relationGet, type Settings } from '@baton/hook-tools';

import { KeptDocument } from './kept-document.ts';
import { emptied } from './keys.ts';
import type { SessionContext } from './session-context.ts';
import type { SessionGrants } from './session-grants.ts';

/** Grants in the application's databag of the peer relation: there when the hook has succeeded. */
export class DatabagGrants implements SessionGrants {
  readonly visibility = 'on-commit';
  readonly #context: SessionContext;
  readonly #sheet: KeptDocument<GrantSheet>;

  constructor(context: SessionContext) {
    const { keys, grantsForm, relation } = context;
    const set = `relation-set -r $(relation-ids ${relation}) --app ${emptied(keys)}`;
    this.#context = context;
    this.#sheet = new KeptDocument({
      form: grantsForm,
      keys,
      read: () => this.#bag(),
      corrupt: (cause) =>
        context.corrupt(
          `the grant sheet under the key ${JSON.stringify(keys.own)} of the application's databag`,
          cause,
          `juju exec --unit ${context.application}/leader '${set}'`,
        ),
    });
  }

  read(): Promise<GrantSheet | undefined> {
    return this.#sheet.read();
  }

  async write(sheet: GrantSheet): Promise<void> {
    if ((await this.#context.relationId()) === undefined) {
      throw this.#context.error(
        'UNAVAILABLE',
        'cannot write grants before it has joined its peers: their databag is not there yet',
      );
    }
    // Asked now: that the write is refused when the hook ends would cost the whole hook.
    await this.#context.requireLeader('write the grants');
    await this.#sheet.stage(sheet);
  }

  async finish(): Promise<Settings> {
    return this.#sheet.changes();
  }

  async #bag(): Promise<Settings> {
    const { application } = this.#context;
    const relation = await this.#context.relationId();
    if (relation === undefined) return new Map();
    return await this.#context.call('read the grants', (transport) =>
      relationGet(transport, { relation, application }),
    );
  }
}
