import { GobError } from './gob-error.ts';

const UINT_MAX = 0xffff_ffff_ffff_ffffn;
const INT_MIN = -0x8000_0000_0000_0000n;
const INT_MAX = 0x7fff_ffff_ffff_ffffn;

/** Collects bytes as gob writes them. */
export class ByteWriter {
  #bytes: Buffer = Buffer.allocUnsafe(256);
  #length = 0;

  /** A whole number: itself below 128, else minus the number of its bytes and then those, the largest first. */
  uint(value: bigint | number): void {
    const number = BigInt(value);
    if (number < 0n || number > UINT_MAX) throw outOfRange(number, 'an unsigned one');
    if (number < 0x80n) {
      this.#reserve(1);
      this.#bytes[this.#length++] = Number(number);
      return;
    }
    const hex = number.toString(16);
    const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
    this.#reserve(1 + bytes.length);
    this.#bytes[this.#length++] = 0x100 - bytes.length;
    this.raw(bytes);
  }

  /** A whole number with a sign, which goes to the lowest bit. */
  int(value: bigint | number): void {
    const number = BigInt(value);
    if (number < INT_MIN || number > INT_MAX) throw outOfRange(number, 'one with a sign');
    this.uint(number < 0n ? (~number << 1n) | 1n : number << 1n);
  }

  /** How many bytes there are, and then the bytes. */
  bytes(value: Uint8Array): void {
    this.uint(value.length);
    this.raw(value);
  }

  /** The bytes as they are. */
  raw(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  /** All that was written. The writer must not be used any more. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#length + more, 2 * this.#bytes.length));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}

function outOfRange(number: bigint, kind: string): GobError {
  return new GobError('NOT_ENCODABLE', `${number} is no 64-bit number, ${kind}.`);
}
