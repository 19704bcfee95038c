import type { Random } from '../soak/random.ts';
import { HUGE_HEADERS, LIMITS, randomMessage } from './random-message.ts';

/** So many arrays inside each other overflow the stack of a decoder that does not count them. */
const DEEP = 20_000;

/** Larger than any document may be. */
const TOO_LARGE = 1_100_000;

/** One in so many inputs is long, and one in so many is longer than any document may be. */
const LONG_ONCE_IN = 2500;
const TOO_LONG_ONCE_IN = 50_000;

/** Makes bytes from valid ones: changed a little, or a lot, or made up. */
export function mutateBytes(random: Random, corpus: readonly Uint8Array[]): Uint8Array {
  const way = random.below(16);
  if (way === 0) return randomBytes(random, random.below(80));
  if (way < 3) return randomMessage(random);
  let bytes = random.pick(corpus);
  if (random.onceIn(TOO_LONG_ONCE_IN)) return stretch(bytes, TOO_LARGE);
  if (random.onceIn(LONG_ONCE_IN)) return longBytes(random, bytes);
  for (let left = 1 + random.below(3); left > 0; left -= 1) {
    bytes = mutateOnce(random, bytes, corpus);
  }
  return bytes;
}

function mutateOnce(random: Random, bytes: Uint8Array, corpus: readonly Uint8Array[]): Uint8Array {
  const at = random.below(bytes.length + 1);
  switch (random.below(10)) {
    case 0: {
      const copy = bytes.slice();
      copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
      return copy;
    }
    case 1: {
      const copy = bytes.slice();
      copy[at] = random.below(256);
      return copy;
    }
    case 2:
      return bytes.slice(0, at);
    case 3:
      return splice(bytes, at, 1 + random.below(4), []);
    case 4: {
      const other = random.pick(corpus);
      return splice(bytes.subarray(0, at), at, 0, other.subarray(random.below(other.length)));
    }
    case 5:
      return splice(bytes, at, 0, bytes.subarray(at, at + 1 + random.below(8)));
    case 6:
      return splice(bytes, at, 1, random.pick(HUGE_HEADERS));
    case 7:
      return splice(bytes, at, 1, random.pick(LIMITS));
    case 8:
      return splice(bytes, at, 0, new Uint8Array(1 + random.below(8)).fill(0x91));
    default: {
      // The version and what comes next to it.
      const copy = bytes.slice();
      const index = random.below(3);
      copy[index] = ((copy[index] ?? 0) + 1) & 0xff;
      return copy;
    }
  }
}

function longBytes(random: Random, bytes: Uint8Array): Uint8Array {
  switch (random.below(4)) {
    case 0:
      return stretch(bytes, 1000 + random.below(60_000));
    case 1:
      return new Uint8Array(DEEP).fill(0x91);
    case 2: {
      // An array of many entries that are really there.
      const entries = random.below(0xffff);
      const many = new Uint8Array(3 + entries).fill(random.below(0x80));
      many.set([0xdc, entries >> 8, entries & 0xff]);
      return many;
    }
    default: {
      const length = random.below(0xffff);
      const text = new Uint8Array(5 + length).fill(0x61);
      text.set([0x92, 0x01, 0xda, length >> 8, length & 0xff]);
      return text;
    }
  }
}

function randomBytes(random: Random, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let index = 0; index < length; index += 1) bytes[index] = random.next();
  return bytes;
}

/** The bytes, over and over, to a length. */
function stretch(bytes: Uint8Array, length: number): Uint8Array {
  const long = new Uint8Array(length);
  for (let at = 0; at < length; at += Math.max(1, bytes.length)) {
    long.set(bytes.subarray(0, length - at), at);
  }
  return long;
}

function splice(
  bytes: Uint8Array,
  at: number,
  removed: number,
  added: ArrayLike<number>,
): Uint8Array {
  const tail = bytes.subarray(Math.min(bytes.length, at + removed));
  const result = new Uint8Array(at + added.length + tail.length);
  result.set(bytes.subarray(0, at));
  result.set(added, at);
  result.set(tail, at + added.length);
  return result;
}

/** Pieces that mean something, or nothing, in JSON and in base64url. */
const PIECES: readonly string[] = [
  '{',
  '}',
  '[',
  ']',
  '"',
  ':',
  ',',
  '\\',
  '\\u0000',
  '\\ud800',
  '\ud800',
  '\udfff',
  '\u0000',
  '\ufeff',
  'é',
  '🔒',
  '=',
  '-',
  '_',
  '+',
  '/',
  ' ',
  '\n',
  'A',
  'z',
  '0',
  '9',
  '99',
  'null',
  'true',
  '1e999',
  '-0',
  '{}',
  '{"__proto__": {"polluted": "1"}}',
  '"__proto__": ',
  '"constructor": {"prototype": ',
];

/** Values that may stand where another one stood in JSON: times at limits and beyond, and other kinds. */
const VALUES: readonly string[] = [
  '"1970-01-01 00:00:00.000001Z"',
  '"1970-01-01 00:00:00.000000Z"',
  '"1969-12-31 23:59:59.999999Z"',
  '"2026-02-30 00:00:00.000000Z"',
  '"2026-01-01 24:00:00.000000Z"',
  '"2026-01-01T00:00:00.000000Z"',
  '"2255-06-05 23:47:34.740991Z"',
  '"2255-06-05 23:47:34.740992Z"',
  '"9999-12-31 23:59:59.999999Z"',
  '"0000-00-00 00:00:00.000000Z"',
  '"__proto__"',
  '"db/0"',
  '"db/00"',
  '"db/9007199254740993"',
  '""',
  'null',
  '0',
  '{}',
  '[]',
];

const QUOTED = /"(?:[^"\\]|\\.)*"/;

/** Makes text from valid texts: changed a little, or a lot, or made up. */
export function mutateText(random: Random, corpus: readonly string[]): string {
  if (random.onceIn(16)) return randomText(random, random.below(40));
  let text = random.pick(corpus);
  if (random.onceIn(TOO_LONG_ONCE_IN)) return text.padEnd(TOO_LARGE, text || 'A');
  if (random.onceIn(LONG_ONCE_IN)) return longText(random, text);
  for (let left = 1 + random.below(3); left > 0; left -= 1) {
    const at = random.below(text.length + 1);
    const [head, tail] = [text.slice(0, at), text.slice(at)];
    switch (random.below(6)) {
      case 0:
        text = head + tail.replace(QUOTED, random.pick(VALUES));
        break;
      case 1:
        text = head + random.pick(PIECES) + tail.slice(1);
        break;
      case 2:
        text = head + random.pick(PIECES) + tail;
        break;
      case 3:
        text = head;
        break;
      case 4:
        text = head + tail.slice(1 + random.below(4));
        break;
      default:
        text = head + random.pick(corpus).slice(at);
    }
  }
  return text;
}

function longText(random: Random, text: string): string {
  const opening = random.pick(['[', '{"a":', '"', 'A', '\\u0061', `${text},`]);
  return opening.repeat(1 + random.below(DEEP));
}

function randomText(random: Random, length: number): string {
  let text = '';
  for (let left = length; left > 0; left -= 1) {
    text += random.onceIn(4)
      ? random.pick(PIECES)
      : String.fromCharCode(random.below(random.onceIn(8) ? 0x1_0000 : 0x80));
  }
  return text;
}
