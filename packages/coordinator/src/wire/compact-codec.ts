import { Packr } from 'msgpackr/pack';

import { CodecError } from '../errors.ts';
import type { Codec } from './codec.ts';
import { layOutGrantSheet, takeGrantSheet } from './grant-layout.ts';
import { readMessage, readVersion, type Message } from './read-message.ts';
import { layOutRequestSheet, takeRequestSheet } from './request-layout.ts';

const NAME = 'compact';
const VERSION = 1;

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
  encodeRequestSheet: (sheet) => pack('request sheet', layOutRequestSheet(VERSION, sheet)),
  decodeRequestSheet: (bytes) => takeRequestSheet(unpack('request sheet', bytes)),
  encodeGrantSheet: (sheet) => pack('grant sheet', layOutGrantSheet(VERSION, sheet)),
  decodeGrantSheet: (bytes) => takeGrantSheet(unpack('grant sheet', bytes)),
} satisfies Codec);

function pack(document: string, message: Message): Uint8Array {
  // A copy: what msgpackr gives is a window on a buffer that it goes on using.
  const bytes = new Uint8Array(packr.pack(message));
  refuseTooLarge(`this ${document} would be`, bytes);
  return bytes;
}

function unpack(document: string, bytes: Uint8Array): Message {
  refuseTooLarge(`what should be a ${document} is`, bytes);
  const version = readVersion(bytes);
  if (version !== undefined && version !== VERSION) {
    throw new CodecError(
      'UNSUPPORTED_VERSION',
      `this ${document} is in version ${version} of the ${NAME} form, and only version ${VERSION} is understood here; ` +
        'it was written by another release: use that, or a later one',
    );
  }
  return readMessage(bytes);
}

function refuseTooLarge(what: string, bytes: Uint8Array): void {
  if (bytes.length <= BYTES_MAX) return;
  throw new CodecError(
    'TOO_LARGE',
    `${what} ${bytes.length} bytes long, and the ${NAME} form allows ${BYTES_MAX}`,
  );
}
