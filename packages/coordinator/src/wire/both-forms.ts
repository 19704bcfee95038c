import type { GrantSheet, RequestSheet } from '../model/documents.ts';
import { readGrants, readRequests, writeGrants, writeRequests } from './charmhelpers-form.ts';
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
  readonly compact: Uint8Array | undefined;
  readonly charmhelpers: string | undefined;
}

/** A document, and who wrote it last. */
export interface ReadForms<Document> {
  readonly document: Document;
  readonly writtenBy: 'baton' | 'charmhelpers';
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
    const isWithIt = digest === undefined || charmhelpers === undefined;
    if (isWithIt || digest === digestOf(charmhelpers)) return { document, writtenBy: 'baton' };
  }
  if (charmhelpers === undefined) return undefined;
  return { document: read(charmhelpers), writtenBy: 'charmhelpers' };
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
