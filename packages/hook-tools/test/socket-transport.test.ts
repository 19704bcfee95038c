import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { JUJUC_METHOD, JujucServer } from '../src/gob/index.ts';
import { isLeader, leaderGet, leaderSet, SocketTransport, type ToolResult } from '../src/index.ts';
import { notConnected } from '../src/socket/agent-address.ts';
import { AgentServer } from './agent-server.ts';
import { errorOf } from './fake-transport.ts';

const ok = (stdout = ''): ToolResult => ({ exitCode: 0, stdout, stderr: '' });

/** The bytes of an answer. */
function answerTo(seq: number): Uint8Array {
  const nothing = new Uint8Array();
  const reply = { code: 0, stdout: nothing, stderr: nothing };
  return new JujucServer().reply({ method: JUJUC_METHOD, seq }, reply);
}

describe('a call on the socket', () => {
  it('shares one connection with all others, and waits for its turn', async () => {
    let under = 0;
    const server = await AgentServer.listen(async ({ args }) => {
      under += 1;
      await new Promise((resolve) => setImmediate(resolve));
      const answer = ok(`${args[0]} of ${under}`);
      under -= 1;
      return answer;
    });
    const transport = new SocketTransport({ env: server.env });
    const numbers = Array.from({ length: 20 }, (_, index) => String(index));
    const answers = numbers.map((number) => transport.run({ tool: 'juju-log', args: [number] }));
    expect((await Promise.all(answers)).map(({ stdout }) => stdout)).toEqual(
      numbers.map((number) => `${number} of 1`),
    );
    expect(server.connections).toBe(1);
  });

  it('says which hook it belongs to, where it is, and what there is on standard input', async () => {
    const server = await AgentServer.listen(() => ok());
    const transport = new SocketTransport({ env: server.env });
    await transport.run({ tool: 'relation-set', args: ['--file', '-'], stdin: '{"a":"é"}' });
    await transport.run({ tool: 'relation-set', args: ['--file', '-'] });
    const common = {
      contextId: server.env['JUJU_CONTEXT_ID'],
      dir: process.cwd(),
      commandName: 'relation-set',
      args: ['--file', '-'],
      token: '',
    };
    expect(server.calls).toEqual([
      { ...common, stdin: new Uint8Array(Buffer.from('{"a":"é"}')) },
      { ...common, stdin: new Uint8Array() },
    ]);
  });

  it('carries an argument of any length, and a NUL in it', async () => {
    const server = await AgentServer.listen(({ args }) => ok(JSON.stringify(args)));
    const transport = new SocketTransport({ env: server.env });
    const value = `a\0${'é'.repeat(1_000_000)}z`;
    await leaderSet(transport, { k: value });
    expect(server.calls[0]?.args).toEqual([`k=${value}`]);
    const echoed = await transport.run({ tool: 'leader-get', args: [value] });
    expect(echoed.stdout).toBe(JSON.stringify([value]));
  });

  it('is refused for half of a surrogate pair, and the next one is not', async () => {
    const server = await AgentServer.listen(() => ok());
    const transport = new SocketTransport({ env: server.env });
    const error = await errorOf(transport.run({ tool: 'juju-log', args: ['\ud83d'] }));
    expect(error).toMatchObject({ code: 'VALUE_NOT_SENDABLE', tool: 'juju-log' });
    await transport.run({ tool: 'juju-log', args: ['whole'] });
    expect(server.calls.map(({ args }) => args)).toEqual([['whole']]);
  });

  it('is MALFORMED_OUTPUT where the tool prints what is not UTF-8, and the next one is not', async () => {
    const printed = [Uint8Array.of(0x22, 0xff, 0x22), Buffer.from('\ufeff"é"')];
    const server = await AgentServer.listen(() => ({ printed: printed.shift() ?? Buffer.of() }));
    const transport = new SocketTransport({ env: server.env });
    const error = await errorOf(transport.run({ tool: 'leader-get', args: [] }));
    expect(error).toMatchObject({ code: 'MALFORMED_OUTPUT', exitCode: 0 });
    const { stdout } = await transport.run({ tool: 'leader-get', args: [] });
    expect(stdout).toBe('\ufeff"é"');
  });

  it.each([
    ['bad request: unknown command: leader-get', 'MISSING'],
    ['bad request: wrong context ID; got "x"', 'NOT_IN_HOOK'],
    ['bad request: token does not match', 'FAILED'],
  ])('that the agent refuses with %j ends as a spawned tool does', async (refused, code) => {
    const server = await AgentServer.listen(() => ({ refused }));
    const transport = new SocketTransport({ env: server.env });
    const expected = { exitCode: 1, stdout: '', stderr: `ERROR ${refused}\n` };
    expect(await transport.run({ tool: 'leader-get', args: [] })).toEqual(expected);
    expect(await errorOf(leaderGet(transport))).toMatchObject({ code, exitCode: 1 });
  });

  it.runIf(process.platform === 'linux')('finds a socket that has no file', async () => {
    const server = await AgentServer.listen(() => ok('true'), `@baton-agent-${process.pid}`);
    expect(await isLeader(new SocketTransport({ env: server.env }))).toBe(true);
  });
});

describe('what stands in the way of a call', () => {
  it.each(['JUJU_CONTEXT_ID', 'JUJU_AGENT_SOCKET_ADDRESS', 'JUJU_AGENT_SOCKET_NETWORK'])(
    'is %s where it is not set, or empty',
    async (variable) => {
      const server = await AgentServer.listen(() => ok());
      for (const value of [undefined, '']) {
        const env = { ...server.env, [variable]: value };
        const error = await errorOf(isLeader(new SocketTransport({ env })));
        expect(error).toMatchObject({ code: 'NOT_IN_HOOK', tool: 'is-leader' });
        expect(error.message).toContain(`was not called: ${variable} is not set`);
      }
      expect(server.connections).toBe(0);
    },
  );

  it('is another network', async () => {
    const server = await AgentServer.listen(() => ok());
    const env = { ...server.env, JUJU_AGENT_SOCKET_NETWORK: 'tcp' };
    const error = await errorOf(isLeader(new SocketTransport({ env })));
    expect(error).toMatchObject({ code: 'UNSUPPORTED', retryable: false });
    expect(error.message).toContain('"tcp"');
    expect(server.connections).toBe(0);
  });

  it('is a socket that is not there, or that nobody listens on', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'baton-agent-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'file'), '');
    for (const [name, why] of [
      ['none', 'ENOENT'],
      ['file', 'ECONNREFUSED'],
    ] as const) {
      const env = {
        JUJU_CONTEXT_ID: 'x',
        JUJU_AGENT_SOCKET_ADDRESS: join(folder, name),
        JUJU_AGENT_SOCKET_NETWORK: 'unix',
      };
      const error = await errorOf(isLeader(new SocketTransport({ env })));
      expect(error).toMatchObject({ code: 'NOT_IN_HOOK', cause: { code: why } });
      expect(error.message).toContain(`${join(folder, name)} cannot be connected to (${why})`);
    }
  });

  it.each([
    ['EACCES', 'PERMISSION_DENIED'],
    ['EPERM', 'PERMISSION_DENIED'],
    ['EMFILE', 'FAILED'],
  ])('is what the system says: %s', (code, expected) => {
    const { why, ...obstacle } = notConnected('/a', Object.assign(new Error('x'), { code }));
    expect(obstacle).toMatchObject({ code: expected });
    expect(why).toContain(code);
  });
});

describe('a connection that is lost', () => {
  it.each([
    ['ends', 'hangs up'],
    ['brings what is no gob', { raw: Buffer.from('f8ffffffffffffffff', 'hex') }],
    ['brings the answer to another call', { raw: answerTo(7) }],
  ] as const)(
    '%s, fails its call for good and says that it may have been done',
    async (_how, answer) => {
      const server = await AgentServer.listen(() => answer);
      const transport = new SocketTransport({ env: server.env });
      const [first, second] = await Promise.all([
        errorOf(leaderSet(transport, { a: 'b' })),
        errorOf(isLeader(transport)),
      ]);
      expect(first).toMatchObject({ code: 'FAILED', tool: 'leader-set', exitCode: undefined });
      expect(first.message).toContain('may or may not have done its work');
      expect(first.cause).toBeInstanceOf(Error);
      // Nothing of the second was sent, and it says so.
      expect(second).toMatchObject({ code: 'FAILED', tool: 'is-leader' });
      expect(second.message).toContain('is-leader was not called: the connection');
      expect([server.connections, server.calls.length]).toEqual([1, 1]);
    },
  );

  it('brings more than was asked for, and is used no more', async () => {
    const twice = Buffer.concat([answerTo(0), answerTo(1)]);
    const server = await AgentServer.listen(() => ({ raw: twice }));
    const transport = new SocketTransport({ env: server.env });
    await leaderSet(transport, { a: 'b' });
    const error = await errorOf(leaderSet(transport, { a: 'c' }));
    expect(error.message).toContain('leader-set was not called');
    expect(server.calls.length).toBe(1);
  });

  it('was closed from here, so that the agent can close as well', async () => {
    const server = await AgentServer.listen(() => ok('true'));
    const transport = new SocketTransport({ env: server.env });
    expect(await isLeader(transport)).toBe(true);
    const closed = server.closed();
    await transport.close();
    await closed;
    const error = await errorOf(isLeader(transport));
    expect(error.message).toContain('is-leader was not called: the transport was closed');
  });

  it('is none where it was closed before the first call', async () => {
    const server = await AgentServer.listen(() => ok('true'));
    const transport = new SocketTransport({ env: server.env });
    await transport.close();
    await errorOf(isLeader(transport));
    expect(server.connections).toBe(0);
  });
});
