import type { RequestSheet } from '@baton/coordinator';

import type { DocumentForm } from './document-form.ts';
import { KeptDocument } from './kept-document.ts';
import type { SessionContext } from './session-context.ts';
import { findStash, type FoundStash } from './stash-keeper.ts';

/** The most bytes that Juju takes as one value of a unit's state; the text has only ASCII. */
const TEXT_LENGTH_MAX = 65_536;

/** The stash as one session sees it. It is looked for when it is first asked for. */
export class SessionStash {
  readonly #context: SessionContext;
  readonly #charmDirectory: string | undefined;
  readonly #sheet: KeptDocument<RequestSheet>;
  #found: FoundStash | undefined;

  /** Only its own unit reads a stash, so it has one form: `form`. */
  constructor(
    context: SessionContext,
    form: DocumentForm<RequestSheet>,
    charmDirectory: string | undefined,
  ) {
    this.#context = context;
    this.#charmDirectory = charmDirectory;
    const keys = { ...context.keys, charmhelpers: undefined };
    this.#sheet = new KeptDocument({
      form,
      keys,
      read: async () => {
        this.#found = await findStash(this.#context, this.#charmDirectory);
        return { own: this.#found.text, charmhelpers: undefined };
      },
      corrupt: (cause) =>
        context.corrupt(
          `the stash of ${context.unit} under the key ${JSON.stringify(keys.own)}`,
          cause,
          this.#found?.keeper.removal ?? '',
          context.unit,
        ),
    });
  }

  read(): Promise<RequestSheet | undefined> {
    return this.#sheet.read();
  }

  /** @throws {LockStoreError} `CORRUPT`, `UNSUPPORTED` for a stash that Juju would refuse */
  async write(sheet: RequestSheet | undefined): Promise<void> {
    await this.#sheet.stage(sheet);
    const text = this.#staged();
    if (text === undefined || text.length <= TEXT_LENGTH_MAX) return;
    this.#sheet.unstage();
    throw this.#context.error(
      'UNSUPPORTED',
      `cannot stash its sheet: it takes ${text.length} bytes, and Juju keeps ${TEXT_LENGTH_MAX}; ask for fewer locks`,
    );
  }

  /** Whether something was staged that is a change. */
  get isStaged(): boolean {
    return this.#staged() !== undefined;
  }

  /** Writes what was staged. */
  async publish(): Promise<void> {
    const text = this.#staged();
    await this.#found?.keeper.replace(text === '' ? undefined : text);
  }

  /** The text that is to be written; empty where the stash is to go, undefined where nothing changes. */
  #staged(): string | undefined {
    return this.#sheet.changes().get(this.#context.keys.own);
  }
}
