import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createConnection, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JujucClient, type JujucAnswer } from '@baton/hook-tools/gob';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { AgentSocket } from '../../src/driver/agent-socket.ts';
import { makeToolsFolder } from '../../src/driver/tools-folder.ts';
import type { HookContext } from '../../src/model/hook-context.ts';
import { Application } from '../run.ts';

let folder: string;
let address: string;
let socket: AgentSocket;
let context: HookContext;
const clients: Socket[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'juju-sim-'));
  address = join(folder, 'agent.socket');
  const app = new Application('3.6', 2).settle();
  app.model.enqueueAction('web/0', 'look');
  context = app.begin('web/0');
  socket = await AgentSocket.open(address, context, {});
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  socket.abort();
  await socket.close();
  await rm(folder, { recursive: true });
});

/** A connection that stays open over several calls. */
function connect(): (commandName: string, args: string[], more?: object) => Promise<JujucAnswer> {
  const connection = createConnection(address);
  clients.push(connection);
  const client = new JujucClient();
  let seq = 0;
  return (commandName, args, more = {}) =>
    new Promise((answered, failed) => {
      connection.removeAllListeners('data').removeAllListeners('error');
      connection.on('error', failed);
      connection.on('data', (chunk) => {
        client.push(chunk);
        const answer = client.next();
        if (answer !== undefined) answered(answer);
      });
      const request = { contextId: context.id, dir: '/', commandName, args, ...more };
      connection.write(client.request(seq++, request));
    });
}

const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString();

describe('the socket of the agent', () => {
  test('answers many calls on one connection', async () => {
    const call = connect();
    for (let i = 0; i < 50; i++) {
      const { reply, error } = await call('relation-ids', ['--format=json', 'cluster']);
      expect([error, reply?.code, text(reply?.stdout)]).toEqual(['', 0, '["cluster:0"]\n']);
    }
  });

  test('asks for the standard input that was not sent', async () => {
    const call = connect();
    const args = ['-r', '0', '--file', '-'];
    expect((await call('relation-set', args)).error).toBe(
      'hook tool requires stdin, none supplied',
    );
    const stdin = Buffer.from('{"a":"ü😀"}');
    expect((await call('relation-set', args, { stdin })).reply?.code).toBe(0);
    const { reply } = await call('relation-get', ['-r', '0', 'a', 'web/0']);
    expect(text(reply?.stdout)).toBe('ü😀\n');
  });

  test.each([
    ['frobnicate', {}, 'bad request: unknown command: frobnicate'],
    ['is-leader', { contextId: 'other' }, 'bad request: wrong context ID; got "other"'],
    ['is-leader', { token: 'x' }, 'bad request: token does not match'],
    ['is-leader', { dir: 'here' }, 'bad request: Dir is not absolute'],
  ])('refuses %s %j', async (tool, more, error) => {
    expect(await connect()(tool, [], more)).toMatchObject({ error, reply: undefined });
  });

  test('tells a charm that names a folder as its file, and goes on', async () => {
    const call = connect();
    const { reply } = await call('relation-set', ['-r', '0', '--file', '.'], { dir: folder });
    expect([reply?.code, text(reply?.stderr)]).toEqual([
      1,
      `ERROR read ${folder}: is a directory\n`,
    ]);
    expect((await call('is-leader', [])).reply?.code).toBe(0);
  });

  test('reads a file of settings from where the hook is', async () => {
    await writeFile(join(folder, 'settings'), 'a: from a file\n');
    const call = connect();
    const args = ['-r', '0', '--file', 'settings'];
    expect((await call('relation-set', args, { dir: folder })).reply?.code).toBe(0);
    const { reply } = await call('relation-get', ['-r', '0', 'a', 'web/0']);
    expect(text(reply?.stdout)).toBe('from a file\n');
  });

  test('ends a connection that sends what cannot be read', async () => {
    const connection = createConnection(address);
    clients.push(connection);
    connection.write(Buffer.from('f8ffffffffffffffff', 'hex'));
    await new Promise((closed) => connection.once('close', closed));
    expect((await connect()('is-leader', [])).reply?.code).toBe(0);
  });

  test('is closed only when every connection has ended', async () => {
    const call = connect();
    await call('is-leader', []);
    let closed = false;
    const closing = socket.close().then(() => (closed = true));
    await expect(connect()('is-leader', [])).rejects.toThrow(/ENOENT|ECONNREFUSED/);
    expect(closed).toBe(false);
    clients[0]?.destroy();
    await closing;
  });
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe.each(['perl', 'node'] as const)('a hook tool on the PATH, in %s', (language) => {
  const run = async (
    tool: string,
    args: string[],
    options: { stdin?: string; env?: Record<string, string> } = {},
  ): Promise<Ended> => {
    const tools = await mkdtemp(join(folder, language));
    await makeToolsFolder(tools, [tool], language);
    const child = spawn(join(tools, tool), args, {
      env: {
        JUJU_CONTEXT_ID: context.id,
        JUJU_AGENT_SOCKET_ADDRESS: address,
        JUJU_AGENT_SOCKET_NETWORK: 'unix',
        ...options.env,
      },
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.stdin ?? '');
    const code = await new Promise<number | null>((closed) => child.once('close', closed));
    return { code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() };
  };

  test('prints what the agent says and ends as it says', async () => {
    expect(await run('unit-get', ['private-address'])).toEqual({
      code: 0,
      stdout: '10.0.0.1\n',
      stderr: '',
    });
    expect(await run('relation-list', ['-r', 'x:9'])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'ERROR invalid value "x:9" for option -r: relation not found\n',
    });
  });

  test.each([0, 127, 128, 255, 256, 65_536, 1_000_000])(
    'carries %i bytes both ways',
    async (size) => {
      const stdin = JSON.stringify({ a: `${'x'.repeat(size)}ü` });
      expect(await run('relation-set', ['-r', '0', '--file', '-'], { stdin })).toMatchObject({
        code: 0,
        stderr: '',
      });
      const { stdout } = await run('relation-get', ['-r', '0', 'a', 'web/0']);
      expect(stdout).toBe(`${'x'.repeat(size)}ü\n`);
    },
  );

  test('carries arguments of every kind and of every length', async () => {
    await run('leader-set', [`a=ü😀\u0001"'`, `b=${'y'.repeat(100_000)}`, '']);
    expect(context.controller.leaderSettings.get('a')).toBe(`ü😀\u0001"'`);
    expect(context.controller.leaderSettings.get('b')?.length).toBe(100_000);
  });

  test('reads a file relative to where the hook is', async () => {
    expect((await run('relation-set', ['-r', '0', '--file', 'none'])).stderr).toBe(
      `ERROR open ${join(process.cwd(), 'none')}: no such file or directory\n`,
    );
  });

  test('says what is missing outside of a hook', async () => {
    expect(await run('is-leader', [], { env: { JUJU_CONTEXT_ID: '' } })).toEqual({
      code: 1,
      stdout: '',
      stderr: 'ERROR JUJU_CONTEXT_ID not set\n',
    });
    const gone = await run('is-leader', [], { env: { JUJU_AGENT_SOCKET_ADDRESS: '/nowhere' } });
    expect(gone).toMatchObject({ code: 1, stdout: '' });
    expect(gone.stderr).toMatch(/^ERROR dial unix \/nowhere: connect: /);
    expect((await run('frobnicate', [])).stderr).toBe(
      'ERROR bad request: unknown command: frobnicate\n',
    );
  });
});
