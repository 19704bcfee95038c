import { Packr } from 'msgpackr/pack';

import { CodecError } from '../errors.ts';
import type { GrantSheet, RequestSheet } from '../model/documents.ts';
import type { Codec } from './codec.ts';
import { layOutGrantSheet, takeGrantSheet } from './grant-layout.ts';
import { readMessage, readVersion, type Message } from './read-message.ts';
import { layOutRequestSheet, takeRequestSheet } from './request-layout.ts';
import { quote, schemaMismatch } from './schema-mismatch.ts';

const NAME = 'compact';

/** A document on its own: `[1, …]`. */
const VERSION = 1;

/** A document that stands beside another form of it: `[2, digest of that form, …]`, then as in version 1. */
const VERSION_BESIDE = 2;

/**
 * The sheet of a thousand units takes some ten thousand bytes. A hundred times that is a mistake or an
 * attack, and every unit would read it in every hook.
 */
const BYTES_MAX = 1024 * 1024;

/** Without records, msgpackr writes standard MessagePack that keeps nothing from one message to the next. */
const packr = new Packr({ useRecords: false });

/**
 * The form that Baton's documents take at rest: standard MessagePack, of arrays that open with the version
 * of the layout, numbers and text; at most 1 MiB. Wrap it in `toText` where a backend keeps only text.
 */
export const compactCodec: Codec = Object.freeze({
  name: NAME,
  encodeRequestSheet: (sheet) => packRequestSheet(sheet),
  decodeRequestSheet: (bytes) => unpackRequestSheet(bytes).document,
  encodeGrantSheet: (sheet) => packGrantSheet(sheet),
  decodeGrantSheet: (bytes) => unpackGrantSheet(bytes).document,
} satisfies Codec);

/** A document, and the digest of the other form that was written with it. */
export interface Unpacked<Document> {
  readonly document: Document;
  readonly digest: number | undefined;
}

/** Packs a request sheet, with the digest of another form of it where that stands beside. */
export function packRequestSheet(sheet: RequestSheet, digest?: number): Uint8Array {
  return pack('request sheet', layOutRequestSheet(VERSION, sheet), digest);
}

/** Packs a grant sheet, with the digest of another form of it where that stands beside. */
export function packGrantSheet(sheet: GrantSheet, digest?: number): Uint8Array {
  return pack('grant sheet', layOutGrantSheet(VERSION, sheet), digest);
}

/** @throws {CodecError} */
export function unpackRequestSheet(bytes: Uint8Array): Unpacked<RequestSheet> {
  const { message, digest } = unpack('request sheet', bytes);
  return { document: takeRequestSheet(message), digest };
}

/** @throws {CodecError} */
export function unpackGrantSheet(bytes: Uint8Array): Unpacked<GrantSheet> {
  const { message, digest } = unpack('grant sheet', bytes);
  return { document: takeGrantSheet(message), digest };
}

function pack(document: string, layout: readonly Message[], digest?: number): Uint8Array {
  const message = digest === undefined ? layout : [VERSION_BESIDE, digest, ...layout.slice(1)];
  // A copy: what msgpackr gives is a window on a buffer that it goes on using.
  const bytes = new Uint8Array(packr.pack(message));
  refuseTooLarge(`this ${document} would be`, bytes);
  return bytes;
}

function unpack(
  document: string,
  bytes: Uint8Array,
): { readonly message: Message; readonly digest: number | undefined } {
  refuseTooLarge(`what should be a ${document} is`, bytes);
  const version = readVersion(bytes);
  if (version !== undefined && version !== VERSION && version !== VERSION_BESIDE) {
    throw new CodecError(
      'UNSUPPORTED_VERSION',
      `this ${document} is in version ${version} of the ${NAME} form, and only versions ${VERSION} and ` +
        `${VERSION_BESIDE} are understood; it was written by another release: use that, or a later one`,
    );
  }
  const message = readMessage(bytes);
  if (version !== VERSION_BESIDE || typeof message !== 'object')
    return { message, digest: undefined };
  const [, digest, ...members] = message;
  if (typeof digest !== 'number') {
    throw schemaMismatch(document, `${quote(digest)} is not the digest of another form`);
  }
  return { message: [VERSION, ...members], digest };
}

function refuseTooLarge(what: string, bytes: Uint8Array): void {
  if (bytes.length <= BYTES_MAX) return;
  throw new CodecError(
    'TOO_LARGE',
    `${what} ${bytes.length} bytes long, and the ${NAME} form allows ${BYTES_MAX}`,
  );
}
