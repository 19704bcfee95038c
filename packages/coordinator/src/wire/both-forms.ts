import type { GrantSheet, RequestSheet } from '../model/documents.ts';
import {
  isTooLarge,
  readGrants,
  readRequests,
  writeGrants,
  writeRequests,
} from './charmhelpers-form.ts';
import {
  packGrantSheet,
  packRequestSheet,
  unpackGrantSheet,
  unpackRequestSheet,
  type Unpacked,
} from './compact-codec.ts';

/** A document in both forms, side by side, as it is written. */
export interface WrittenForms {
  /** Baton's own form; it carries a digest of the other. */
  readonly compact: Uint8Array;
  /** The JSON that `charmhelpers.coordinator` reads. */
  readonly charmhelpers: string;
}

/** What was found of a document in each form. */
export interface FoundForms {
  /** Baton's own form; undefined where there is none. */
  readonly compact: Uint8Array | undefined;
  /** The JSON; undefined where there is none. */
  readonly charmhelpers: string | undefined;
}

/** A document, and who wrote it last. */
export interface ReadForms<Document> {
  /** The document that counts. */
  readonly document: Document;
  /** Who wrote it last. */
  readonly writtenBy: 'baton' | 'charmhelpers';
  /**
   * Whether the other form was written with the one that counts. Where it was not, whoever may write the
   * document does so, changed or not: a unit that reads the other form alone would act on an old one.
   */
  readonly inStep: boolean;
}

/**
 * Writes a request sheet for units of both kinds.
 *
 * @throws {CodecError} `SCHEMA_MISMATCH`, `TOO_LARGE`
 */
export function encodeRequestForms(sheet: RequestSheet): WrittenForms {
  const charmhelpers = writeRequests(sheet);
  return { compact: packRequestSheet(sheet, digestOf(charmhelpers)), charmhelpers };
}

/**
 * Writes a grant sheet for units of both kinds.
 *
 * @throws {CodecError} `SCHEMA_MISMATCH`, `TOO_LARGE`
 */
export function encodeGrantForms(sheet: GrantSheet): WrittenForms {
  const charmhelpers = writeGrants(sheet);
  return { compact: packGrantSheet(sheet, digestOf(charmhelpers)), charmhelpers };
}

/**
 * Reads a unit's request sheet: the compact form, unless somebody running charmhelpers wrote the other last.
 * `undefined` where there is neither.
 *
 * @throws {CodecError}
 */
export function decodeRequestForms(found: FoundForms): ReadForms<RequestSheet> | undefined {
  return choose(found, unpackRequestSheet, readRequests);
}

/**
 * Reads the grant sheet: the compact form, unless a leader running charmhelpers wrote the other last.
 * `undefined` where there is neither.
 *
 * @throws {CodecError}
 */
export function decodeGrantForms(found: FoundForms): ReadForms<GrantSheet> | undefined {
  return choose(found, unpackGrantSheet, readGrants);
}

function choose<Document>(
  { compact, charmhelpers }: FoundForms,
  unpack: (bytes: Uint8Array) => Unpacked<Document>,
  read: (text: string) => Document,
): ReadForms<Document> | undefined {
  if (compact !== undefined) {
    const { document, digest } = unpack(compact);
    // Without a digest nobody wrote the other form with it, so what stands there is older.
    if (digest === undefined || charmhelpers === undefined) {
      return { document, writtenBy: 'baton', inStep: false };
    }
    // Nothing so large was written here, and its digest would take long.
    if (!isTooLarge(charmhelpers) && digest === digestOf(charmhelpers)) {
      return { document, writtenBy: 'baton', inStep: true };
    }
  }
  if (charmhelpers === undefined) return undefined;
  return { document: read(charmhelpers), writtenBy: 'charmhelpers', inStep: false };
}

const FNV_OFFSET = 0xcbf2_9ce4_8422_2325n;
const FNV_PRIME = 0x100_0000_01b3n;

/** FNV-1a of 64 bits, cut to the 53 that every language has as an integer: it finds changes, not attackers. */
function digestOf(text: string): number {
  let hash = FNV_OFFSET;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * FNV_PRIME);
  }
  return Number(hash & 0x1f_ffff_ffff_ffffn);
}
