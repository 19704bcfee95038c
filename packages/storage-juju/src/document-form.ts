import {
  decodeGrantForms,
  decodeRequestForms,
  encodeGrantForms,
  encodeRequestForms,
  fromText,
  toText,
  type Codec,
  type FoundForms,
  type GrantSheet,
  type ReadForms,
  type RequestSheet,
  type WrittenForms,
} from '@baton/coordinator';

import type { Texts } from './keys.ts';

/** How one kind of document is kept as text. */
export interface DocumentForm<Document> {
  /** @throws {CodecError} `SCHEMA_MISMATCH`, `TOO_LARGE` */
  encode(document: Document): Texts;
  /** Undefined where there is no document. @throws {CodecError} */
  decode(texts: Texts): ReadForms<Document> | undefined;
  /**
   * Whether only one of its forms says what it says, and the other can be written anew from it. Absent where
   * there is one form alone.
   */
  isMendable?(read: ReadForms<Document>): boolean;
}

/** Sheets in the form of a codec alone. */
export function sheetForm(codec: Codec): DocumentForm<RequestSheet> {
  return oneForm(
    (sheet) => codec.encodeRequestSheet(sheet),
    (bytes) => codec.decodeRequestSheet(bytes),
  );
}

/** Grants in the form of a codec alone. */
export function grantsForm(codec: Codec): DocumentForm<GrantSheet> {
  return oneForm(
    (grants) => codec.encodeGrantSheet(grants),
    (bytes) => codec.decodeGrantSheet(bytes),
  );
}

/** Sheets in the compact form, and in that of charmhelpers beside it. */
export const sheetBothForms: DocumentForm<RequestSheet> = {
  encode: (sheet) => asTexts(encodeRequestForms(sheet)),
  decode: (texts) => decodeRequestForms(asForms(texts)),
  // What charmhelpers wrote is no whole sheet: the coordinator completes it, and writes it then.
  isMendable: ({ inStep, writtenBy }) => !inStep && writtenBy === 'baton',
};

/** Grants in the compact form, and in that of charmhelpers beside it. */
export const grantsBothForms: DocumentForm<GrantSheet> = {
  encode: (grants) => asTexts(encodeGrantForms(grants)),
  decode: (texts) => decodeGrantForms(asForms(texts)),
  isMendable: ({ inStep }) => !inStep,
};

function oneForm<Document>(
  encode: (document: Document) => Uint8Array,
  decode: (bytes: Uint8Array) => Document,
): DocumentForm<Document> {
  return {
    encode: (document) => ({ own: toText(encode(document)), charmhelpers: undefined }),
    decode: ({ own }) =>
      own === undefined
        ? undefined
        : { document: decode(fromText(own)), writtenBy: 'baton', inStep: true },
  };
}

function asTexts({ compact, charmhelpers }: WrittenForms): Texts {
  return { own: toText(compact), charmhelpers };
}

function asForms({ own, charmhelpers }: Texts): FoundForms {
  return { compact: own === undefined ? undefined : fromText(own), charmhelpers };
}
