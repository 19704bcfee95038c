import { structOf } from './fields.ts';
import type { GobLimits } from './gob-limits.ts';
import { GobReader } from './gob-reader.ts';
import type { GobStruct } from './gob-value.ts';

/** Reads the two messages that net/rpc sends of each call and of each answer. */
export class MessagePairs {
  readonly #reader: GobReader;
  #header: GobStruct | undefined;

  constructor(limits: Partial<GobLimits>) {
    this.#reader = new GobReader(limits);
  }

  push(chunk: Uint8Array): void {
    this.#reader.push(chunk);
  }

  /** The next header and what belongs to it; undefined where more bytes are needed for it. */
  next(): { readonly header: GobStruct; readonly body: GobStruct } | undefined {
    this.#header ??= this.#struct();
    if (this.#header === undefined) return undefined;
    const header = this.#header;
    const body = this.#struct();
    if (body === undefined) return undefined;
    this.#header = undefined;
    return { header, body };
  }

  /** Says that no more bytes come. */
  end(): void {
    this.#reader.end(this.#header !== undefined);
  }

  #struct(): GobStruct | undefined {
    const message = this.#reader.next();
    return message && structOf(message);
  }
}
