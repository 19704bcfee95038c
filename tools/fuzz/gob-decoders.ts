import { isDeepStrictEqual } from 'node:util';

import {
  JUJUC_METHOD,
  JujucClient,
  JujucServer,
  type JujucAnswer,
  type JujucCall,
} from '@baton/hook-tools/gob';

import type { Decoder } from './decoder.ts';
import { answerInputs, callInputs } from './gob-inputs.ts';

/** One side of a connection to the agent. */
interface Side<Item> {
  push(bytes: Uint8Array): void;
  next(): Item | undefined;
  end(): void;
}

/** What the two sides of the agent's socket make of what comes from the other. */
export const GOB_DECODERS: readonly Decoder[] = [
  {
    name: 'agent-calls',
    inputs: (random) => asInputs(callInputs(random)),
    decode: ({ bytes = new Uint8Array() }) => {
      const calls = readAll(new JujucServer(), bytes);
      return () => {
        const client = new JujucClient();
        const written = calls.map(({ seq, request }) => client.request(seq, request));
        // Whatever method was called, a client of hook tools calls one.
        const expected = calls.map((call): JujucCall => ({ ...call, method: JUJUC_METHOD }));
        return differs(readAll(new JujucServer(), Buffer.concat(written)), expected);
      };
    },
  },
  {
    name: 'agent-answers',
    inputs: (random) => asInputs(answerInputs(random)),
    decode: ({ bytes = new Uint8Array() }) => {
      const answers = readAll(new JujucClient(), bytes);
      return () => {
        const server = new JujucServer();
        const written = answers.map((answer) => write(server, answer));
        return differs(readAll(new JujucClient(), Buffer.concat(written)), answers);
      };
    },
  },
];

function asInputs(make: ReturnType<typeof callInputs>): ReturnType<Decoder['inputs']> {
  return (random) => ({ bytes: make(random), text: undefined });
}

/** Reads all there is, which comes in two pieces. */
function readAll<Item>(side: Side<Item>, bytes: Uint8Array): readonly Item[] {
  const items: Item[] = [];
  const half = bytes.length >> 1;
  for (const piece of [bytes.subarray(0, half), bytes.subarray(half)]) {
    side.push(piece);
    for (let item = side.next(); item !== undefined; item = side.next()) items.push(item);
  }
  side.end();
  return items;
}

function write(server: JujucServer, { seq, reply, error }: JujucAnswer): Uint8Array {
  const to = { method: JUJUC_METHOD, seq };
  return reply === undefined ? server.refuse(to, error) : server.reply(to, reply);
}

function differs(again: readonly unknown[], before: readonly unknown[]): string | undefined {
  return isDeepStrictEqual(again, before)
    ? undefined
    : 'written and read again, it is something else';
}
