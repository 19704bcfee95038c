import type { GrantSheet } from '@baton/coordinator';
import { relationGet, type Settings } from '@baton/hook-tools';

import { KeptDocument } from './kept-document.ts';
import { emptied, NO_TEXTS, type Texts } from './keys.ts';
import { readTexts } from './read-texts.ts';
import type { SessionContext } from './session-context.ts';
import type { SessionGrants } from './session-grants.ts';

/** Grants in the application's databag of the peer relation: there when the hook has succeeded. */
export class DatabagGrants implements SessionGrants {
  readonly visibility = 'on-commit';
  readonly #context: SessionContext;
  readonly #sheet: KeptDocument<GrantSheet>;

  constructor(context: SessionContext) {
    const { keys, grantsForm, relation } = context;
    this.#context = context;
    this.#sheet = new KeptDocument({
      form: grantsForm,
      keys,
      read: () => this.#read(),
      corrupt: (cause) =>
        context.corrupt(
          `the grant sheet under the key ${JSON.stringify(keys.own)} of the application's databag`,
          cause,
          `juju exec --unit ${context.application}/leader 'relation-set -r $(relation-ids ${relation}) --app ${emptied(keys)}'`,
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

  changes(): Settings {
    return this.#sheet.changes();
  }

  async #read(): Promise<Texts> {
    const { application, keys } = this.#context;
    const relation = await this.#context.relationId();
    if (relation === undefined) return NO_TEXTS;
    return await this.#context.call('read the grants', (transport) =>
      readTexts(keys, {
        readOne: (key) => relationGet(transport, { relation, application, key }),
        readAll: () => relationGet(transport, { relation, application }),
      }),
    );
  }
}
