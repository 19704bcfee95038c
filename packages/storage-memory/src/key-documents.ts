import type { UnitName } from '@baton/coordinator';

/** The documents of one key, as bytes, and who serves them. */
export class KeyDocuments {
  readonly key: string;
  readonly sheets: Map<UnitName, Uint8Array> = new Map();
  readonly stashes: Map<UnitName, Uint8Array> = new Map();
  /** The store that serves each unit, while one does. */
  readonly servedBy: Map<UnitName, object> = new Map();
  grants: Uint8Array | undefined;
  /** What each reader's agent has kept of each other unit's sheet, since the last delivery. */
  readonly #kept = new Map<UnitName, Map<UnitName, Uint8Array | undefined>>();

  constructor(key: string) {
    this.key = key;
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

  /** Replaces or deletes the grant sheet; says whether that changed anything. */
  replaceGrants(bytes: Uint8Array | undefined): boolean {
    if (sameBytes(this.grants, bytes)) return false;
    this.grants = bytes;
    return true;
  }
}

/** Whether two documents are the same, byte for byte; codecs are canonical, so that is enough. */
function sameBytes(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
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
