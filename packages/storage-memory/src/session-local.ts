import type { LocalState, RequestSheet } from '@baton/coordinator';

import { replaceDocument } from './key-documents.ts';
import { copyOf, type Kept, type SessionContext } from './session-context.ts';

/** The stash as one session sees it. */
export class SessionLocal implements LocalState {
  readonly #context: SessionContext;
  #pending: Kept | undefined;

  constructor(context: SessionContext) {
    this.#context = context;
  }

  async read(): Promise<RequestSheet | undefined> {
    const { documents, unit } = this.#context;
    this.#context.requireOpen('read the stash');
    const { bytes } = this.#pending ?? { bytes: documents.stashes.get(unit) };
    return documents.readStash(unit, bytes);
  }

  async write(sheet: RequestSheet | undefined): Promise<void> {
    const { codec } = this.#context.state.settings;
    this.#context.requireOpen('write the stash');
    this.#pending = {
      bytes: sheet === undefined ? undefined : copyOf(codec.encodeRequestSheet(sheet)),
    };
  }

  publish(): void {
    const { documents, state, unit } = this.#context;
    if (this.#pending === undefined) return;
    if (replaceDocument(documents.stashes, unit, this.#pending.bytes)) state.writes += 1;
  }
}
