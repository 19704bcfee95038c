/** What a decoder is given: bytes, text, or either of both. */
export interface Input {
  readonly bytes: Uint8Array | undefined;
  readonly text: string | undefined;
}

const NONE = '-';

/** Writes an input as `BYTES:TEXT`, both in hex, the text by its UTF-16 units; `-` where there is none. */
export function toHex({ bytes, text }: Input): string {
  const first = bytes === undefined ? NONE : Buffer.from(bytes).toString('hex');
  const second = text === undefined ? NONE : Buffer.from(text, 'utf16le').toString('hex');
  return `${first}:${second}`;
}

/** Reads what {@link toHex} wrote; undefined where that is something else. */
export function fromHex(hex: string): Input | undefined {
  const match = /^(-|(?:[0-9a-f]{2})*):(-|(?:[0-9a-f]{4})*)$/.exec(hex);
  if (match === null) return undefined;
  const [, first = '', second = ''] = match;
  return {
    bytes: first === NONE ? undefined : new Uint8Array(Buffer.from(first, 'hex')),
    text: second === NONE ? undefined : Buffer.from(second, 'hex').toString('utf16le'),
  };
}
