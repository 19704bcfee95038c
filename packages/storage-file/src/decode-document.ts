import { CodecError, LockStoreError } from '@baton/coordinator';

/** Where a document is, for the message when it cannot be read. */
export interface DocumentPlace {
  readonly path: string;
  /** What it is, such as `the grant sheet`. */
  readonly what: string;
  /** What an operator runs to move it out of the way. */
  readonly command: string;
  /** Whose it is, where it is one unit's. */
  readonly unit?: string;
}

/** Decodes a document with a codec. @throws {LockStoreError} `CORRUPT`, with the path, for bytes it refuses */
export function decodeDocument<T>(decode: () => T, place: DocumentPlace): T {
  try {
    return decode();
  } catch (error) {
    if (!CodecError.is(error)) throw error;
    const { path, what, command, unit } = place;
    throw new LockStoreError(
      'CORRUPT',
      `cannot read ${what} ${path}: ${error.message}; it stays as it is until \`${command}\` moves it away`,
      { cause: error, path, ...(unit === undefined ? {} : { unit }) },
    );
  }
}
