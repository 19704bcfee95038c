// A hook tool for machines without Perl: sends its own name, its arguments and, when asked, its standard
// input to the unit agent, and ends as the agent says. Needs no package: it is copied to where it runs.
import { readFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { basename } from 'node:path';

const { env } = process;
for (const name of ['JUJU_CONTEXT_ID', 'JUJU_AGENT_SOCKET_ADDRESS', 'JUJU_AGENT_SOCKET_NETWORK'])
  if (!env[name]) fail(`${name} not set`);
const address = env.JUJU_AGENT_SOCKET_ADDRESS;

// The definitions of rpc.Request, jujuc.Request and []string, which come before the first values.
const defineHeader = Buffer.from(
  '2fff81030101075265717565737401ff82000102010d536572766963654d6574686f64010c000103536571010600' +
    '0000',
  'hex',
);
const defineRequest = Buffer.from(
  '66ff83030101075265717565737401ff840001070109436f6e74657874496401' +
    '0c000103446972010c00010b436f6d6d616e644e616d65010c0001044172677301ff86000108537464696e53657401' +
    '02000105537464696e010a000105546f6b656e010c00000016ff85020101085b5d737472696e6701ff8600010c0000',
  'hex',
);

const socket = createConnection(address.replace(/^@/, '\0'));
socket.on('error', (error) => fail(`dial unix ${address}: connect: ${error.code}`));
socket.on('end', () => fail('unexpected EOF'));
let received = Buffer.alloc(0);
let seq = 0;
let answer = [];
socket.on('data', (chunk) => {
  received = Buffer.concat([received, chunk]);
  for (let message = take(); message !== undefined; message = take()) {
    const cursor = { bytes: message, at: 0 };
    if (uint(cursor) & 1) continue; // a definition
    answer.push(cursor);
    if (answer.length === 2) finish(...answer);
  }
});
call([defineHeader, defineRequest], undefined);

function finish(header, body) {
  answer = [];
  const [, , error] = fields(header, 'tut');
  if (error.toString() === 'hook tool requires stdin, none supplied' && seq === 0) {
    seq = 1;
    call([Buffer.alloc(0), Buffer.alloc(0)], readFileSync(0));
    return;
  }
  if (error.length > 0) fail(error.toString());
  const [code, stdout, stderr] = fields(body, 'itt');
  process.exitCode = code;
  process.stderr.write(stderr);
  process.stdout.write(stdout);
  socket.destroy();
}

function fail(message) {
  process.stderr.write(`ERROR ${message}\n`);
  process.exit(1);
}

function call([headerTypes, requestTypes], stdin) {
  const header = struct(
    [0xff, 0x82],
    [[1, text('Jujuc.Main')], ...(seq ? [[2, number(seq)]] : [])],
  );
  const args = process.argv.slice(2);
  const body = struct(
    [0xff, 0x84],
    [
      [1, text(env.JUJU_CONTEXT_ID)],
      [2, text(process.cwd())],
      [3, text(basename(process.argv[1]))],
      ...(args.length ? [[4, Buffer.concat([number(args.length), ...args.map(text)])]] : []),
      ...(stdin ? [[5, number(1)]] : []),
      ...(stdin?.length ? [[6, text(stdin)]] : []),
    ],
  );
  socket.write(Buffer.concat([headerTypes, header, requestTypes, body]));
}

function struct(type, numbered) {
  let last = 0;
  const parts = [Buffer.from(type)];
  for (const [n, bytes] of numbered) {
    parts.push(number(n - last), bytes);
    last = n;
  }
  return text(Buffer.concat([...parts, Buffer.from([0])]));
}

function text(value) {
  const bytes = Buffer.from(value);
  return Buffer.concat([number(bytes.length), bytes]);
}

function number(n) {
  if (n < 128) return Buffer.from([n]);
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(n);
  const significant = bytes.subarray(bytes.findIndex((byte) => byte > 0));
  return Buffer.concat([Buffer.from([256 - significant.length]), significant]);
}

function uint(cursor) {
  const first = cursor.bytes[cursor.at++];
  if (first < 128) return first;
  let n = 0;
  for (let i = 256 - first; i > 0; i--) n = n * 256 + cursor.bytes[cursor.at++];
  return n;
}

function take() {
  const first = received[0];
  const size = first === undefined || first < 128 ? 1 : 257 - first;
  if (first === undefined || received.length < size) return undefined;
  const cursor = { bytes: received, at: 0 };
  const length = uint(cursor);
  if (received.length < cursor.at + length) return undefined;
  const message = received.subarray(cursor.at, cursor.at + length);
  received = received.subarray(cursor.at + length);
  return message;
}

function fields(cursor, kinds) {
  const values = [...kinds].map((kind) => (kind === 't' ? Buffer.alloc(0) : 0));
  let n = -1;
  for (let delta = uint(cursor); delta > 0; delta = uint(cursor)) {
    n += delta;
    const value = uint(cursor);
    if (kinds[n] === 't') {
      values[n] = cursor.bytes.subarray(cursor.at, cursor.at + value);
      cursor.at += value;
    } else values[n] = kinds[n] === 'u' ? value : value & 1 ? -1 - (value >> 1) : value >> 1;
  }
  return values;
}
