import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import {
  JUJUC_METHOD,
  JujucClient,
  JujucServer,
  STDIN_REQUIRED,
  type JujucAnswer,
  type JujucCall,
} from '../../src/gob/index.ts';

/** What each side wrote for each call, in order. */
function transcript(side: 'client' | 'server'): Buffer[] {
  const file = new URL('../fixtures/gob-transcript.txt', import.meta.url);
  return [...readFileSync(file, 'utf8').matchAll(new RegExp(`^${side}: ([0-9a-f]+)$`, 'gm'))].map(
    ([, hex = '']) => Buffer.from(hex, 'hex'),
  );
}

const call = (
  seq: number,
  commandName: string,
  args: string[] = [],
  stdin?: Uint8Array,
): JujucCall => ({
  method: JUJUC_METHOD,
  seq,
  request: { contextId: 'u/0-x', dir: '/d', commandName, args, stdin, token: '' },
});

const calls: readonly JujucCall[] = [
  call(0, 'relation-ids', ['--format=json', 'p']),
  call(1, 'nostdin'),
  call(2, 'nostdin', [], Uint8Array.of(123, 125)),
  call(3, 'fail'),
];

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text));
const succeeded = { code: 0, stdout: bytes('[]\n'), stderr: bytes('') };

const answers: readonly JujucAnswer[] = [
  { seq: 0, error: '', reply: succeeded },
  { seq: 1, error: STDIN_REQUIRED, reply: undefined },
  { seq: 2, error: '', reply: succeeded },
  { seq: 3, error: '', reply: { code: 2, stdout: bytes(''), stderr: bytes('ERROR x\n') } },
];

it('writes each call byte for byte as the client did', () => {
  const client = new JujucClient();
  const written = calls.map(({ seq, request }) => client.request(seq, request));
  expect(written.map((each) => Buffer.from(each).toString('hex'))).toEqual(
    transcript('client').map((each) => each.toString('hex')),
  );
});

it('writes each answer byte for byte as the server did', () => {
  const server = new JujucServer();
  const written = answers.map(({ seq, error, reply }) => {
    const to = { method: JUJUC_METHOD, seq };
    return reply === undefined ? server.refuse(to, error) : server.reply(to, reply);
  });
  expect(written.map((each) => Buffer.from(each).toString('hex'))).toEqual(
    transcript('server').map((each) => each.toString('hex')),
  );
});

it('reads each call as the client meant it', () => {
  const server = new JujucServer();
  for (const [index, chunk] of transcript('client').entries()) {
    server.push(chunk);
    expect(server.next()).toEqual(calls[index]);
    expect(server.next()).toBeUndefined();
  }
  server.end();
});

it('reads each answer as the server meant it', () => {
  const client = new JujucClient();
  for (const [index, chunk] of transcript('server').entries()) {
    client.push(chunk);
    expect(client.next()).toEqual(answers[index]);
    expect(client.next()).toBeUndefined();
  }
  client.end();
});

it.each([1, 2, 7, 64])('reads the same in pieces of %i bytes', (size) => {
  const all = Buffer.concat(transcript('client'));
  const server = new JujucServer();
  const read: JujucCall[] = [];
  for (let start = 0; start < all.length; start += size) {
    server.push(all.subarray(start, start + size));
    for (let next = server.next(); next !== undefined; next = server.next()) read.push(next);
  }
  expect(read).toEqual(calls);
});
