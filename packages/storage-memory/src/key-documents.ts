import {
  CodecError,
  EMPTY_GRANT_SHEET,
  LockStoreError,
  type Codec,
  type GrantSheet,
  type RequestSheet,
  type SheetReading,
  type UnitName,
} from '@baton/coordinator';

/** The documents of one key, as bytes, and who serves them. */
export class KeyDocuments {
  readonly key: string;
  readonly sheets: Map<UnitName, Uint8Array> = new Map();
  readonly stashes: Map<UnitName, Uint8Array> = new Map();
  /** The store that serves each unit, while one does. */
  readonly servedBy: Map<UnitName, object> = new Map();
  grants: Uint8Array | undefined;
  readonly #codec: Codec;
  /** What each reader's agent has kept of each other unit's sheet, since the last delivery. */
  readonly #kept = new Map<UnitName, Map<UnitName, Uint8Array | undefined>>();

  constructor(key: string, codec: Codec) {
    this.key = key;
    this.#codec = codec;
  }

  /** Reads a peer's sheet through the reader's cache, which keeps what it first read until a delivery. */
  keptSheet(reader: UnitName, unit: UnitName): Uint8Array | undefined {
    let kept = this.#kept.get(reader);
    if (kept === undefined) {
      kept = new Map();
      this.#kept.set(reader, kept);
    }
    if (!kept.has(unit)) kept.set(unit, this.sheets.get(unit));
    return kept.get(unit);
  }

  /** Forgets what the reader's cache has of one unit, or of all; says whether any of it was out of date. */
  deliver(reader: UnitName, from: UnitName | undefined): boolean {
    const kept = this.#kept.get(reader);
    if (kept === undefined) return false;
    let outdated = false;
    for (const [unit, bytes] of kept) {
      if (from !== undefined && unit !== from) continue;
      outdated ||= !sameBytes(bytes, this.sheets.get(unit));
      kept.delete(unit);
    }
    return outdated;
  }

  readSheet(unit: UnitName, bytes: Uint8Array | undefined): SheetReading {
    if (bytes === undefined) return { state: 'absent' };
    try {
      return { state: 'present', sheet: this.#codec.decodeRequestSheet(bytes) };
    } catch (error) {
      if (!CodecError.is(error)) throw error;
      return { state: 'unreadable', error: this.#corrupt(`the sheet of ${unit}`, error, unit) };
    }
  }

  /** @throws {LockStoreError} `CORRUPT` */
  readGrants(bytes: Uint8Array | undefined): GrantSheet {
    if (bytes === undefined) return EMPTY_GRANT_SHEET;
    try {
      return this.#codec.decodeGrantSheet(bytes);
    } catch (error) {
      if (!CodecError.is(error)) throw error;
      throw this.#corrupt('the grant sheet', error);
    }
  }

  /** @throws {LockStoreError} `CORRUPT` */
  readStash(unit: UnitName, bytes: Uint8Array | undefined): RequestSheet | undefined {
    if (bytes === undefined) return undefined;
    try {
      return this.#codec.decodeRequestSheet(bytes);
    } catch (error) {
      if (!CodecError.is(error)) throw error;
      throw this.#corrupt(`the stash of ${unit}`, error, unit);
    }
  }

  /** @throws {LockStoreError} `CORRUPT` where the present sheet of `unit` cannot be read */
  requireReadableSheet(unit: UnitName): void {
    const present = this.readSheet(unit, this.sheets.get(unit));
    if (present.state === 'unreadable') throw present.error;
  }

  #corrupt(what: string, cause: CodecError, unit?: UnitName): LockStoreError {
    return new LockStoreError(
      'CORRUPT',
      `${what} under the key ${JSON.stringify(this.key)} cannot be read, and is left as it is: ${cause.message}`,
      unit === undefined ? { cause } : { cause, unit },
    );
  }
}

/** Whether two documents are the same, byte for byte; codecs are canonical, so that is enough. */
export function sameBytes(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

/** Replaces or deletes the document of a unit; says whether that changed anything. */
export function replaceDocument(
  documents: Map<UnitName, Uint8Array>,
  unit: UnitName,
  bytes: Uint8Array | undefined,
): boolean {
  if (sameBytes(documents.get(unit), bytes)) return false;
  if (bytes === undefined) documents.delete(unit);
  else documents.set(unit, bytes);
  return true;
}
