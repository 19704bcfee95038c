import { CodecError } from '../errors.ts';

/** What a message of the compact form is made of: whole numbers, text, and arrays of these. */
export type Message = number | string | readonly Message[];

/** A sheet nests two deep; a little more is let through, so that a later layout may use it. */
const DEPTH_MAX = 4;

/**
 * Byte order marks are kept: a decoder that drops them, as MessagePack libraries do with long text, would
 * turn the name of one lock into the name of another.
 */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads standard MessagePack that holds nothing but safe integers (also those written as 64-bit integers
 * or floats), UTF-8 text and arrays at most four deep. Whatever the bytes are, the work is linear in their
 * number: no length is trusted before the bytes it promises were seen to be there.
 *
 * @throws {CodecError} `MALFORMED`
 */
export function readMessage(bytes: Uint8Array): Message {
  const reader = new MessageReader(bytes);
  const message = reader.next(0);
  reader.end();
  return message;
}

/**
 * Reads the version a message opens with, and nothing after it: what follows may be of a kind that only a
 * later version knows. Undefined where the bytes are not an array that opens with an integer.
 *
 * @throws {CodecError} `MALFORMED`
 */
export function readVersion(bytes: Uint8Array): number | undefined {
  return new MessageReader(bytes).version();
}

const numbers = new DataView(new ArrayBuffer(8));

class MessageReader {
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  version(): number | undefined {
    const length = this.#arrayLength(this.#skip(1));
    if (length === undefined || length === 0) return undefined;
    return this.#integer(this.#skip(1));
  }

  next(depth: number): Message {
    const start = this.#skip(1);
    const integer = this.#integer(start);
    if (integer !== undefined) return integer;
    const textLength = this.#textLength(start);
    if (textLength !== undefined) return this.#text(textLength);
    const arrayLength = this.#arrayLength(start);
    if (arrayLength === undefined) throw this.#malformed(start, describeUnused(this.#tag(start)));
    if (depth === DEPTH_MAX) throw this.#malformed(start, `nests more than ${DEPTH_MAX} arrays`);
    if (arrayLength > this.#remaining()) {
      throw this.#malformed(
        start,
        `promises ${arrayLength} entries and ${this.#remaining()} bytes follow`,
      );
    }
    const array: Message[] = [];
    for (let index = 0; index < arrayLength; index += 1) array.push(this.next(depth + 1));
    return array;
  }

  end(): void {
    if (this.#remaining() > 0) {
      throw this.#malformed(
        this.#position,
        `follows the end, with ${this.#remaining()} bytes in all`,
      );
    }
  }

  #integer(start: number): number | undefined {
    const tag = this.#tag(start);
    if (tag < 0x80) return tag;
    if (tag >= 0xe0) return tag - 0x100;
    switch (tag) {
      case 0xcb:
        return this.#safe(start, this.#numbers(8).getFloat64(0));
      case 0xcc:
        return this.#numbers(1).getUint8(0);
      case 0xcd:
        return this.#numbers(2).getUint16(0);
      case 0xce:
        return this.#numbers(4).getUint32(0);
      case 0xcf:
        return this.#safe(start, Number(this.#numbers(8).getBigUint64(0)));
      case 0xd0:
        return this.#numbers(1).getInt8(0);
      case 0xd1:
        return this.#numbers(2).getInt16(0);
      case 0xd2:
        return this.#numbers(4).getInt32(0);
      case 0xd3:
        return this.#safe(start, Number(this.#numbers(8).getBigInt64(0)));
      default:
        return undefined;
    }
  }

  #safe(start: number, value: number): number {
    // Adding 0 turns -0 into 0, which is the same number and would be another document.
    if (Number.isSafeInteger(value)) return value + 0;
    throw this.#malformed(start, `holds ${value}, not an integer that can be kept without loss`);
  }

  #textLength(start: number): number | undefined {
    const tag = this.#tag(start);
    if (tag >= 0xa0 && tag < 0xc0) return tag - 0xa0;
    if (tag === 0xd9) return this.#numbers(1).getUint8(0);
    if (tag === 0xda) return this.#numbers(2).getUint16(0);
    if (tag === 0xdb) return this.#numbers(4).getUint32(0);
    return undefined;
  }

  #text(length: number): string {
    const start = this.#skip(length);
    try {
      return utf8.decode(this.#bytes.subarray(start, this.#position));
    } catch (error) {
      // The decoder throws a TypeError for bytes that are not UTF-8, and nothing else.
      if (!(error instanceof TypeError)) throw error;
      throw this.#malformed(start, 'begins text that is not UTF-8', error);
    }
  }

  #arrayLength(start: number): number | undefined {
    const tag = this.#tag(start);
    if (tag >= 0x90 && tag < 0xa0) return tag - 0x90;
    if (tag === 0xdc) return this.#numbers(2).getUint16(0);
    if (tag === 0xdd) return this.#numbers(4).getUint32(0);
    return undefined;
  }

  #tag(position: number): number {
    // A position that was skipped to is there.
    return this.#bytes[position] ?? 0;
  }

  /** A number of so many bytes: they are copied to where numbers are read, since a view takes longer to make. */
  #numbers(length: number): DataView {
    const start = this.#skip(length);
    for (let index = 0; index < length; index += 1) {
      numbers.setUint8(index, this.#tag(start + index));
    }
    return numbers;
  }

  #remaining(): number {
    return this.#bytes.length - this.#position;
  }

  /** Steps over `length` bytes and says where they begin, so that nothing is read which is not there. */
  #skip(length: number): number {
    const start = this.#position;
    if (length > this.#remaining()) {
      const found = this.#remaining();
      throw this.#malformed(
        start,
        `should begin ${length} bytes more and ${found} are left: the end is missing`,
      );
    }
    this.#position += length;
    return start;
  }

  #malformed(position: number, problem: string, cause?: unknown): CodecError {
    return new CodecError(
      'MALFORMED',
      `not a document in the compact form: byte ${position} of ${this.#bytes.length} ${problem}; ` +
        'the bytes are damaged, or something else wrote them',
      cause,
    );
  }
}

function describeUnused(tag: number): string {
  return `is 0x${tag.toString(16)}, which begins neither an integer, nor text, nor an array`;
}
