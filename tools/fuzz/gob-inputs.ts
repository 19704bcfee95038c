import { JUJUC_METHOD, JujucClient, JujucServer, STDIN_REQUIRED } from '@baton/hook-tools/gob';

import type { Random } from '../soak/random.ts';
import { mutateBytes } from './mutate.ts';

/** What one side sent over a connection: its messages, without the length that stands before each. */
type Conversation = readonly Uint8Array[];

const CONVERSATIONS = 50;
const TEXTS = ['', '-', 'peer:0', '--format=json', 'ü🔒', '\u0000', '__proto__', 'x'.repeat(300)];
const utf8 = new TextEncoder();

/** Numbers at limits and beyond, a definition that ends early, and a field far behind the last one. */
const PIECES: readonly (readonly number[])[] = [
  [0x00],
  [0x7f],
  [0x80],
  [0xff, 0x00],
  [0xff, 0xff],
  [0xfc, 0x7f, 0xff, 0xff, 0xff],
  [0xfc, 0xff, 0xff, 0xff, 0xff],
  [0xf8, 0x00, 0x20, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00],
  [0xf8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  [0xf7, 0x01],
  [0xff, 0x81, 0x03, 0x01],
  [0xff, 0x82, 0x01],
];

/**
 * The definition of a struct (id 65) whose only field is such a struct, and a value of it as deep as its length:
 * readers that do not count overflow their stack.
 */
const NESTED_TYPE = Uint8Array.from([
  0xff, 0x81, 0x03, 0x01, 0x02, 0xff, 0x82, 0x00, 0x01, 0x01, 0x01, 0x01, 0x61, 0x01, 0xff, 0x82,
  0x00, 0x00, 0x00,
]);
/** Of a slice (id 65) of such slices. */
const NESTED_SLICE = Uint8Array.from([
  0xff, 0x81, 0x02, 0x01, 0x02, 0xff, 0x82, 0x00, 0x01, 0xff, 0x82, 0x00, 0x00,
]);
const DEEP = 20_000;

/** What hook tools send to the agent, and around it. */
export function callInputs(random: Random): (random: Random) => Uint8Array {
  return around(random, (from) => {
    const client = new JujucClient();
    return Array.from({ length: 1 + from.below(4) }, (_, seq) =>
      client.request(seq, {
        contextId: from.pick(TEXTS),
        dir: '/d',
        commandName: from.pick(TEXTS),
        args: Array.from({ length: from.below(4) }, () => from.pick(TEXTS)),
        stdin: from.onceIn(2) ? undefined : utf8.encode(from.pick(TEXTS)),
      }),
    );
  });
}

/** What the agent answers, and around it. */
export function answerInputs(random: Random): (random: Random) => Uint8Array {
  return around(random, (from) => {
    const server = new JujucServer();
    return Array.from({ length: 1 + from.below(4) }, (_, seq) => {
      const call = { method: JUJUC_METHOD, seq };
      if (from.onceIn(4)) return server.refuse(call, STDIN_REQUIRED);
      const [stdout, stderr] = [utf8.encode(from.pick(TEXTS)), utf8.encode(from.pick(TEXTS))];
      return server.reply(call, { code: from.pick([0, 1, 2, 255, -1]), stdout, stderr });
    });
  });
}

/** The same bytes that Go's programs send, whole and mutated: as bytes, message by message, or of messages. */
function around(
  random: Random,
  converse: (random: Random) => readonly Uint8Array[],
): (random: Random) => Uint8Array {
  const whole = Array.from({ length: CONVERSATIONS }, () => concat(converse(random)));
  const conversations = whole.map((bytes) => messagesIn(bytes));
  return (from) => {
    const way = from.below(16);
    if (way === 0) return from.pick(whole);
    if (way < 5) return mutateBytes(from, whole);
    if (from.onceIn(500)) return joined(deep(from));
    const messages = [...from.pick(conversations)];
    for (let left = 1 + from.below(3); left > 0; left -= 1)
      mutateMessages(from, messages, conversations);
    return joined(messages);
  };
}

function mutateMessages(
  random: Random,
  messages: Uint8Array[],
  conversations: readonly Conversation[],
): void {
  const at = random.below(messages.length + 1);
  const message = messages[at] ?? new Uint8Array();
  switch (random.below(6)) {
    case 0:
      messages.splice(at, 0, random.pick(random.pick(conversations)));
      break;
    case 1:
      messages.splice(at, 1);
      break;
    case 2:
      // Within a message, whose length is right again afterwards.
      messages[at] = mutateBytes(random, [message]);
      break;
    default: {
      const index = random.below(message.length + 1);
      const piece = random.onceIn(2) ? random.pick(PIECES) : [random.below(256)];
      messages[at] = concat([
        message.subarray(0, index),
        Uint8Array.from(piece),
        message.subarray(index + random.below(3)),
      ]);
    }
  }
}

function deep(random: Random): Conversation {
  const value = new Uint8Array(DEEP).fill(1);
  const isSlice = random.onceIn(2);
  value.set(isSlice ? [0xff, 0x82, 0x00] : [0xff, 0x82]);
  return [isSlice ? NESTED_SLICE : NESTED_TYPE, value];
}

function joined(messages: Conversation): Uint8Array {
  return concat(messages.flatMap((message) => [lengthOf(message), message]));
}

function lengthOf({ length }: Uint8Array): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  const bytes = Buffer.alloc(5, 0xfc);
  bytes.writeUInt32BE(length, 1);
  return bytes;
}

/** A plain array: `slice` of a Buffer would give the same bytes, not a copy to change. */
function concat(pieces: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(pieces));
}

function messagesIn(all: Uint8Array): Conversation {
  const bytes = Buffer.from(all);
  const messages: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const first = bytes.readUInt8(at);
    const size = first < 0x80 ? 0 : 0x100 - first;
    const length = size === 0 ? first : bytes.readUIntBE(at + 1, size);
    at += 1 + size;
    messages.push(all.slice(at, at + length));
    at += length;
  }
  return messages;
}
