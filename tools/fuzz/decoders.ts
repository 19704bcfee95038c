import {
  applicationOf,
  CodecError,
  compactCodec,
  decodeGrantForms,
  decodeRequestForms,
  encodeGrantForms,
  encodeRequestForms,
  fromText,
  sameGrantSheet,
  sameRequestSheet,
  toText,
  type FoundForms,
  type GrantSheet,
  type ReadForms,
  type RequestSheet,
  type WrittenForms,
} from '@baton/coordinator';

import type { Random } from '../soak/random.ts';
import type { Decoder } from './decoder.ts';
import { GOB_DECODERS } from './gob-decoders.ts';
import type { Input } from './input.ts';
import { mutateBytes, mutateText } from './mutate.ts';
import { randomGrantSheet, randomRequestSheet } from './random-documents.ts';

const CORPUS_SIZE = 200;

/** All decoders, in the order in which they are run. */
export const DECODERS: readonly Decoder[] = [
  {
    name: 'request-sheet',
    inputs: (random) =>
      bytesAround(random, (from) => compactCodec.encodeRequestSheet(randomRequestSheet(from))),
    decode: ({ bytes = NO_BYTES }) => {
      const sheet = compactCodec.decodeRequestSheet(bytes);
      return () => {
        const again = compactCodec.decodeRequestSheet(compactCodec.encodeRequestSheet(sheet));
        return differs(sameRequestSheet(sheet, again));
      };
    },
  },
  {
    name: 'grant-sheet',
    inputs: (random) =>
      bytesAround(random, (from) => compactCodec.encodeGrantSheet(randomGrantSheet(from))),
    decode: ({ bytes = NO_BYTES }) => {
      const sheet = compactCodec.decodeGrantSheet(bytes);
      return () => {
        const again = compactCodec.decodeGrantSheet(compactCodec.encodeGrantSheet(sheet));
        return differs(sameGrantSheet(sheet, again));
      };
    },
  },
  {
    name: 'from-text',
    inputs: (random) => {
      const corpus = many(() =>
        toText(compactCodec.encodeRequestSheet(randomRequestSheet(random))),
      );
      return (from) => ({ bytes: undefined, text: mutateText(from, corpus) });
    },
    decode: ({ text = '' }) => {
      const bytes = fromText(text);
      return () => differs(toText(bytes) === text);
    },
  },
  {
    name: 'request-forms',
    inputs: (random) => formsAround(random, (from) => encodeRequestForms(randomRequestSheet(from))),
    decode: (input) => {
      const read = decodeRequestForms(formsOf(input));
      return () => verifyRequestForms(input, read);
    },
  },
  {
    name: 'grant-forms',
    inputs: (random) => formsAround(random, (from) => encodeGrantForms(randomGrantSheet(from))),
    decode: (input) => {
      const read = decodeGrantForms(formsOf(input));
      return () => verifyGrantForms(input, read);
    },
  },
  ...GOB_DECODERS,
];

const NO_BYTES = new Uint8Array();

function many<T>(make: () => T): T[] {
  return Array.from({ length: CORPUS_SIZE }, make);
}

function bytesAround(
  random: Random,
  encode: (random: Random) => Uint8Array,
): (random: Random) => Input {
  const corpus = many(() => encode(random));
  return (from) => ({ bytes: mutateBytes(from, corpus), text: undefined });
}

/** Both forms, of which one, the other, both or none is changed, or one is missing. */
function formsAround(
  random: Random,
  encode: (random: Random) => WrittenForms,
): (random: Random) => Input {
  const corpus = many(() => encode(random));
  const allBytes = corpus.map(({ compact }) => compact);
  const allTexts = corpus.map(({ charmhelpers }) => charmhelpers);
  return (from) => {
    const { compact, charmhelpers } = from.pick(corpus);
    const way = from.below(8);
    const bytes = way === 0 || way === 1 ? undefined : compact;
    const text = way === 2 ? undefined : charmhelpers;
    return {
      bytes: bytes && (way > 4 || way === 2) ? mutateBytes(from, allBytes) : bytes,
      text: text !== undefined && way < 7 && !from.onceIn(8) ? mutateText(from, allTexts) : text,
    };
  };
}

function formsOf({ bytes, text }: Input): FoundForms {
  return { compact: bytes, charmhelpers: text };
}

function verifyRequestForms(
  input: Input,
  read: ReadForms<RequestSheet> | undefined,
): string | undefined {
  if (read === undefined) return nothingRead(input);
  // What a unit of charmhelpers wrote has no last ticket that could be written; any that covers the rest will do.
  const lastTicket = Math.min(read.document.lastTicket, Number.MAX_SAFE_INTEGER);
  const document = { ...read.document, lastTicket };
  const forms = encodeUnlessTooLarge(() => encodeRequestForms(document));
  if (forms === undefined) return undefined;
  const again = decodeRequestForms(forms);
  return differs(again?.inStep === true && sameRequestSheet(again.document, document));
}

function verifyGrantForms(
  input: Input,
  read: ReadForms<GrantSheet> | undefined,
): string | undefined {
  if (read === undefined) return nothingRead(input);
  const { document, writtenBy } = read;
  if (writtenBy === 'charmhelpers' && applicationsIn(document).size > 1) {
    // The compact form has one application a sheet, as every Juju application has; it refuses such a sheet.
    return undefined;
  }
  const forms = encodeUnlessTooLarge(() => encodeGrantForms(document));
  if (forms === undefined) return undefined;
  const again = decodeGrantForms(forms);
  return differs(again?.inStep === true && sameGrantSheet(again.document, document));
}

function applicationsIn(sheet: GrantSheet): ReadonlySet<string> {
  return new Set([...sheet.values()].flatMap((units) => [...units.keys()].map(applicationOf)));
}

function nothingRead({ bytes, text }: Input): string | undefined {
  const empty = bytes === undefined && text === undefined;
  return empty ? undefined : 'nothing was read, and something was there';
}

/** A document that fits in one form may be too large for the other; it is refused when it is written. */
function encodeUnlessTooLarge(encode: () => WrittenForms): WrittenForms | undefined {
  try {
    return encode();
  } catch (error) {
    if (CodecError.is(error, 'TOO_LARGE')) return undefined;
    throw error;
  }
}

function differs(same: boolean): string | undefined {
  return same ? undefined : 'written and read again, the document is another one';
}
