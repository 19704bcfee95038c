import { CodecError } from '../errors.ts';

/** The alphabet of base64url (RFC 4648, section 5): safe in YAML, JSON, file names and command lines. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

const NO_SEXTET = 0xff;

const sextetOf: Uint8Array = new Uint8Array(128).fill(NO_SEXTET);
for (let sextet = 0; sextet < ALPHABET.length; sextet += 1) {
  sextetOf[ALPHABET.charCodeAt(sextet)] = sextet;
}

/** Writes bytes as base64url without padding, for backends that keep only text. */
export function toText(bytes: Uint8Array): string {
  let text = '';
  for (let index = 0; index < bytes.length; index += 3) {
    const left = bytes.length - index;
    const group =
      (octet(bytes, index) << 16) | (octet(bytes, index + 1) << 8) | octet(bytes, index + 2);
    text += ALPHABET.charAt(group >> 18) + ALPHABET.charAt((group >> 12) & 63);
    if (left > 1) text += ALPHABET.charAt((group >> 6) & 63);
    if (left > 2) text += ALPHABET.charAt(group & 63);
  }
  return text;
}

/**
 * Reads what {@link toText} wrote. Each sequence of bytes has one text, so padding, line breaks, other
 * characters and spare bits that are not zero are refused.
 *
 * @throws {CodecError} `MALFORMED`
 */
export function fromText(text: string): Uint8Array {
  const tail = text.length % 4;
  if (tail === 1) {
    throw malformed(text, 'no bytes have a text of that length: a part of it is missing');
  }
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let written = 0;
  let bits = 0;
  let bitCount = 0;
  for (let index = 0; index < text.length; index += 1) {
    const sextet = sextetOf[text.charCodeAt(index)] ?? NO_SEXTET;
    if (sextet === NO_SEXTET) {
      const found = JSON.stringify(text.charAt(index));
      throw malformed(
        text,
        `character ${index}, ${found}, is not one of A-Z, a-z, 0-9, "-" and "_"`,
      );
    }
    // Bits that were written stay above those that were not; the array keeps the low eight.
    bits = ((bits << 6) | sextet) & 0xfff;
    bitCount += 6;
    if (bitCount >= 8) {
      bitCount -= 8;
      bytes[written] = bits >> bitCount;
      written += 1;
    }
  }
  if ((bits & ((1 << bitCount) - 1)) !== 0) {
    throw malformed(text, 'its last character has bits that belong to no byte');
  }
  return bytes;
}

function octet(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0;
}

function malformed(text: string, problem: string): CodecError {
  return new CodecError(
    'MALFORMED',
    `not base64url without padding, in ${text.length} characters: ${problem}; ` +
      'the text is damaged, or something else wrote it',
  );
}
