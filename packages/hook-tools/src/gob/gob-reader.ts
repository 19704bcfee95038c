import { malformed, readUint } from './byte-cursor.ts';
import { DEFAULT_GOB_LIMITS, type GobLimits } from './gob-limits.ts';
import { GobError } from './gob-error.ts';
import type { GobMessage } from './gob-value.ts';
import { MessageDecoder } from './message-decoder.ts';

/**
 * Reads the values of one connection from Go's gob, following the definitions that come with them. Give it what
 * arrives with `push`, in whatever pieces, and take the values with `next` until it gives none; at the end of
 * the connection call `end`. After an error the connection cannot be read any further: it throws the same again.
 */
export class GobReader {
  readonly #messageBytesMax: number;
  readonly #decoder: MessageDecoder;
  #buffer: Buffer = Buffer.allocUnsafe(1024);
  #start = 0;
  #end = 0;
  #failure: GobError | undefined;

  constructor(limits: Partial<GobLimits> = {}) {
    const all = { ...DEFAULT_GOB_LIMITS, ...limits };
    this.#messageBytesMax = all.messageBytesMax;
    this.#decoder = new MessageDecoder(all);
  }

  /** Takes in bytes, as a copy. Call `next` after each, or the bytes pile up. */
  push(chunk: Uint8Array): void {
    const waiting = this.#end - this.#start;
    if (this.#end + chunk.length > this.#buffer.length) {
      const target =
        waiting + chunk.length > this.#buffer.length
          ? Buffer.allocUnsafe(Math.max(waiting + chunk.length, 2 * this.#buffer.length))
          : this.#buffer;
      target.set(this.#buffer.subarray(this.#start, this.#end), 0);
      this.#buffer = target;
      this.#start = 0;
      this.#end = waiting;
    }
    this.#buffer.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  /**
   * Gives the next value; undefined where more bytes are needed for it.
   *
   * @throws {GobError} `MALFORMED`, `TOO_LARGE`, `UNSUPPORTED`
   */
  next(): GobMessage | undefined {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      return this.#next();
    } catch (error) {
      if (GobError.is(error)) this.#failure = error;
      throw error;
    }
  }

  /**
   * Says that no more bytes come. With `expecting`, another value should have come.
   *
   * @throws {GobError} `TRUNCATED` where they end too early
   */
  end(expecting: boolean = false): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#start === this.#end && !expecting) return;
    this.#failure = new GobError(
      'TRUNCATED',
      `The connection ended too early, ${this.#end - this.#start} bytes into a message.`,
    );
    throw this.#failure;
  }

  #next(): GobMessage | undefined {
    for (;;) {
      const bytes = this.#takeMessage();
      if (bytes === undefined) return undefined;
      const message = this.#decoder.decode(bytes);
      // A definition is no value: it is for the values to come.
      if (message !== undefined) return message;
    }
  }

  #takeMessage(): Buffer | undefined {
    const arrived = this.#buffer.subarray(this.#start, this.#end);
    const length = readUint(arrived, 0);
    if (length === undefined) return undefined;
    if (length.value === 0n) throw malformed('a message without content');
    if (length.value > BigInt(this.#messageBytesMax)) {
      throw new GobError(
        'TOO_LARGE',
        `A message of ${length.value} bytes was announced; at most ${this.#messageBytesMax} are read.`,
      );
    }
    const end = length.size + Number(length.value);
    if (arrived.length < end) return undefined;
    this.#start += end;
    return arrived.subarray(length.size, end);
  }
}
