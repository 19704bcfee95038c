import { CodecError, type LockStoreError, type ReadForms } from '@baton/coordinator';
import type { Settings } from '@baton/hook-tools';

import type { DocumentForm } from './document-form.ts';
import { changesBetween, NO_TEXTS, type Keys, type Texts } from './keys.ts';

/** What a {@link KeptDocument} is made of. */
export interface KeptDocumentOptions<Document> {
  readonly form: DocumentForm<Document>;
  readonly keys: Keys;
  /** Reads the place where the document is kept. */
  readonly read: () => Promise<Texts>;
  /** Says that what is there cannot be read. */
  readonly corrupt: (cause: CodecError) => LockStoreError;
}

/**
 * A document that this unit may write, during one session: as it was found, which is read once, and as it
 * is to be. It is kept as text and decoded anew for every caller, so nobody can change what another one gets.
 */
export class KeptDocument<Document> {
  readonly #options: KeptDocumentOptions<Document>;
  #found: Promise<Texts> | undefined;
  /** What was found, once it is known that it can be read: it need not be decoded again to be replaced. */
  #readable: Texts | undefined;
  #staged: { readonly before: Texts; readonly after: Texts } | undefined;

  constructor(options: KeptDocumentOptions<Document>) {
    this.#options = options;
  }

  /** The document, what was staged included. @throws {LockStoreError} `CORRUPT` */
  read(): Promise<Document | undefined> {
    const { after } = this.#staged ?? {};
    return after === undefined
      ? this.#find().then((found) => this.#decodeFound(found)?.document)
      : Promise.resolve(after).then((texts) => this.#decode(texts)?.document);
  }

  /** Sets what is to be there, or that nothing is. @throws {LockStoreError} `CORRUPT`; {CodecError} */
  async stage(document: Document | undefined): Promise<void> {
    const before = await this.#find();
    if (before !== this.#readable) this.#decodeFound(before);
    const after = document === undefined ? NO_TEXTS : this.#options.form.encode(document);
    this.#staged = { before, after };
  }

  /** Takes back what was staged. */
  unstage(): void {
    this.#staged = undefined;
  }

  /** Notes that what was staged is there now. */
  published(): void {
    if (this.#staged === undefined) return;
    this.#found = Promise.resolve(this.#staged.after);
    this.#readable = this.#staged.after;
    this.#staged = undefined;
  }

  /** Forgets what was found, so that it is read anew. */
  forget(): void {
    this.#found = undefined;
    this.#readable = undefined;
    this.#staged = undefined;
  }

  /** What has to be set for what was staged; nothing where that is what was found. */
  changes(): Settings {
    if (this.#staged === undefined) return new Map();
    return changesBetween(this.#staged.before, this.#staged.after, this.#options.keys);
  }

  /**
   * What has to be set where only one form of the document says what it says; nothing where it was not read,
   * or something is staged, or it cannot be read: whoever reads it is told.
   */
  mending(): Settings {
    const { form, keys } = this.#options;
    const found = this.#readable;
    if (form.isMendable === undefined || found === undefined || this.#staged !== undefined)
      return new Map();
    const read = this.#decode(found);
    if (read === undefined || !form.isMendable(read)) return new Map();
    return changesBetween(found, form.encode(read.document), keys);
  }

  #find(): Promise<Texts> {
    return (this.#found ??= this.#options.read());
  }

  #decodeFound(texts: Texts): ReadForms<Document> | undefined {
    const read = this.#decode(texts);
    this.#readable = texts;
    return read;
  }

  #decode(texts: Texts): ReadForms<Document> | undefined {
    const { form, corrupt } = this.#options;
    return decodeTexts(form, texts, corrupt);
  }
}

/** Reads a document; `corrupt` makes the error where it cannot be read. */
export function decodeTexts<Document>(
  form: DocumentForm<Document>,
  texts: Texts,
  corrupt: (cause: CodecError) => LockStoreError,
): ReadForms<Document> | undefined {
  try {
    return form.decode(texts);
  } catch (error) {
    if (!CodecError.is(error)) throw error;
    throw corrupt(error);
  }
}
