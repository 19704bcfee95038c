import { GobError } from './gob-error.ts';

/** Reads the bytes of one message, from its beginning to its end. */
export class ByteCursor {
  readonly #bytes: Buffer;
  #position = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** How many bytes are left. */
  get left(): number {
    return this.#bytes.length - this.#position;
  }

  /** A whole number. */
  uint(): bigint {
    const number = readUint(this.#bytes, this.#position);
    if (number === undefined) throw malformed('a number runs past the end of its message');
    this.#position += number.size;
    return number.value;
  }

  /** A whole number with a sign. */
  int(): bigint {
    const number = this.uint();
    return (number & 1n) === 0n ? number >> 1n : ~(number >> 1n);
  }

  /** How many of something follow, each of which takes a byte or more. */
  count(): number {
    const number = this.uint();
    if (number > BigInt(this.left))
      throw malformed('it says that more follows than its message has');
    return Number(number);
  }

  /** Bytes that their number stands before, as a copy: what is read from is filled anew with later messages. */
  bytes(): Uint8Array {
    return new Uint8Array(this.#take());
  }

  /** Text in UTF-8 that the number of its bytes stands before; U+FFFD where it is none. */
  text(): string {
    return this.#take().toString('utf8');
  }

  #take(): Buffer {
    const count = this.count();
    this.#position += count;
    return this.#bytes.subarray(this.#position - count, this.#position);
  }
}

/** A number at the beginning of bytes, and how many of them it takes; undefined where they do not hold all of it. */
export function readUint(
  bytes: Uint8Array,
  start: number,
): { readonly value: bigint; readonly size: number } | undefined {
  const first = bytes[start];
  if (first === undefined) return undefined;
  if (first < 0x80) return { value: BigInt(first), size: 1 };
  const count = 0x100 - first;
  if (count > 8) throw malformed(`a number of ${count} bytes`);
  if (start + count >= bytes.length) return undefined;
  let value = 0n;
  for (const byte of bytes.subarray(start + 1, start + 1 + count))
    value = (value << 8n) | BigInt(byte);
  return { value, size: 1 + count };
}

/** What a peer sent is no gob. */
export function malformed(why: string): GobError {
  return new GobError('MALFORMED', `This is no gob: ${why}.`);
}
