import type { LocalState, RequestSheet } from '@baton/coordinator';

import type { Forms } from './forms.ts';
import type { SessionContext } from './session-context.ts';

/** The stash as one session sees it. */
export class SessionLocal implements LocalState {
  readonly #context: SessionContext;
  #pending: { readonly forms: Forms | undefined } | undefined;

  constructor(context: SessionContext) {
    this.#context = context;
  }

  async read(): Promise<RequestSheet | undefined> {
    const { documents, unit } = this.#context;
    this.#context.requireOpen('read the stash');
    const { forms } = this.#pending ?? { forms: documents.stash(unit) };
    return forms === undefined ? undefined : documents.readStash(unit, forms);
  }

  async write(sheet: RequestSheet | undefined): Promise<void> {
    const { documents } = this.#context;
    this.#context.requireOpen('write the stash');
    this.#pending = { forms: sheet === undefined ? undefined : documents.encodeStash(sheet) };
  }

  publish(): void {
    const { documents, state, unit } = this.#context;
    if (this.#pending === undefined) return;
    state.writes += documents.replaceStash(unit, this.#pending.forms);
  }
}
