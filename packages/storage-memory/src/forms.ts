import {
  compactCodec,
  decodeGrantForms,
  decodeRequestForms,
  encodeGrantForms,
  encodeRequestForms,
  type Codec,
  type FoundForms,
  type GrantSheet,
  type ReadForms,
  type RequestSheet,
  type WrittenForms,
} from '@baton/coordinator';

/** One document as bytes, in each form that a store keeps it in; `undefined` where there is none. */
export interface Forms {
  /** The store's own form. */
  readonly own: Uint8Array | undefined;
  /** charmhelpers' JSON in UTF-8; never there in a store without that option. */
  readonly charmhelpers: Uint8Array | undefined;
}

/** Turns documents into the forms that a store keeps them in, and back. */
export interface FormsCodec {
  encodeSheet(sheet: RequestSheet): Forms;
  /** Only its own unit reads a stash, so that has one form. */
  encodeStash(stash: RequestSheet): Forms;
  /** @throws {CodecError} */
  decodeSheet(forms: Forms): ReadForms<RequestSheet> | undefined;
  encodeGrants(grants: GrantSheet): Forms;
  /** @throws {CodecError} */
  decodeGrants(forms: Forms): ReadForms<GrantSheet> | undefined;
}

/** Documents in the form of a codec alone. */
export function oneForm(codec: Codec): FormsCodec {
  const encodeSheet = (sheet: RequestSheet): Forms => copyOf(codec.encodeRequestSheet(sheet));
  return {
    encodeSheet,
    encodeStash: encodeSheet,
    decodeSheet: ({ own }) => alone(own, (bytes) => codec.decodeRequestSheet(bytes)),
    encodeGrants: (grants) => copyOf(codec.encodeGrantSheet(grants)),
    decodeGrants: ({ own }) => alone(own, (bytes) => codec.decodeGrantSheet(bytes)),
  };
}

/** Documents in the compact form, and in charmhelpers' beside it. */
export const bothForms: FormsCodec = {
  encodeSheet: (sheet) => toBytes(encodeRequestForms(sheet)),
  encodeStash: (stash) => copyOf(compactCodec.encodeRequestSheet(stash)),
  decodeSheet: (forms) => decodeRequestForms(toFound(forms)),
  encodeGrants: (grants) => toBytes(encodeGrantForms(grants)),
  decodeGrants: (forms) => decodeGrantForms(toFound(forms)),
};

/** A codec may reuse its buffer, so what is kept is a copy. */
function copyOf(bytes: Uint8Array): Forms {
  return { own: Uint8Array.from(bytes), charmhelpers: undefined };
}

function alone<Document>(
  bytes: Uint8Array | undefined,
  decode: (bytes: Uint8Array) => Document,
): ReadForms<Document> | undefined {
  if (bytes === undefined) return undefined;
  return { document: decode(bytes), writtenBy: 'baton', inStep: true };
}

function toBytes({ compact, charmhelpers }: WrittenForms): Forms {
  return { own: compact, charmhelpers: new TextEncoder().encode(charmhelpers) };
}

function toFound({ own, charmhelpers }: Forms): FoundForms {
  return {
    compact: own,
    charmhelpers: charmhelpers === undefined ? undefined : textOf(charmhelpers),
  };
}

/** Bytes as text; those that are not UTF-8 become characters that no document has. */
export function textOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}
