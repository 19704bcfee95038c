import type { GrantSheet, RequestSheet } from '../model/documents.ts';

/**
 * Turns documents into bytes and back. Reading gives a checked document or throws; nothing in between.
 * The same document always gives the same bytes, whatever the order of its entries, and never none.
 */
export interface Codec {
  /** The name of the form, for messages. */
  readonly name: string;
  /**
   * Writes one unit's requests.
   *
   * @throws {CodecError} `SCHEMA_MISMATCH` where the sheet is not a valid one, `TOO_LARGE`
   */
  encodeRequestSheet(sheet: RequestSheet): Uint8Array;
  /**
   * Reads one unit's requests.
   *
   * @throws {CodecError} where the bytes are no valid sheet of this form
   */
  decodeRequestSheet(bytes: Uint8Array): RequestSheet;
  /**
   * Writes the leader's grants.
   *
   * @throws {CodecError} `SCHEMA_MISMATCH` where the sheet is not a valid one, `TOO_LARGE`
   */
  encodeGrantSheet(sheet: GrantSheet): Uint8Array;
  /**
   * Reads the leader's grants.
   *
   * @throws {CodecError} where the bytes are no valid sheet of this form
   */
  decodeGrantSheet(bytes: Uint8Array): GrantSheet;
}
