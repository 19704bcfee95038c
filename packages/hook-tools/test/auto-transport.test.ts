import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AutoTransport, defaultTransport, type ToolCall } from '../src/index.ts';
import { AgentServer, type AgentAnswer } from './agent-server.ts';
import { errorOf } from './fake-transport.ts';

const READ: ToolCall = { tool: 'relation-get', args: ['-'] };
const WRITE: ToolCall = { tool: 'leader-set', args: ['a=b'] };
const ANSWERED: AgentAnswer = { exitCode: 0, stdout: 'answered', stderr: '' };
const NO_GOB: AgentAnswer = { raw: Buffer.from('f8ffffffffffffffff', 'hex') };

let folder: string;
const lines: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'baton-auto-'));
  lines.length = 0;
  for (const name of ['relation-get', 'leader-set', 'juju-log']) await tool(name);
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** Puts a tool on the PATH that writes down that it ran. */
async function tool(name: string): Promise<void> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\necho "${name} $*" >> "$AT/ran"\nprintf spawned\n`);
  await chmod(path, 0o755);
}

/** The tools that ran as processes. */
async function ran(): Promise<string[]> {
  const text = await readFile(join(folder, 'ran'), 'utf8').catch(() => '');
  return text.split('\n').slice(0, -1);
}

const log = (line: string): void => void lines.push(line);

type Env = Readonly<Record<string, string | undefined>>;
const withTools = (env: Env): Env => ({ PATH: `${folder}:/usr/bin:/bin`, AT: folder, ...env });

/** A transport to an agent that answers calls with these in turn, and from then on as it should. */
async function to(
  answers: readonly AgentAnswer[],
  more: Env = {},
): Promise<{ readonly transport: AutoTransport; readonly server: AgentServer }> {
  const left = [...answers];
  const server = await AgentServer.listen(() => left.shift() ?? ANSWERED);
  return {
    server,
    transport: new AutoTransport({ env: withTools({ ...server.env, ...more }), log }),
  };
}

const NOT_SENT: readonly (readonly [what: string, env: Env])[] = [
  ['there is no socket', { JUJU_AGENT_SOCKET_ADDRESS: '/nowhere/agent.socket' }],
  ['nobody listens', { JUJU_AGENT_SOCKET_ADDRESS: import.meta.filename }],
  ['the agent is reached by TCP', { JUJU_AGENT_SOCKET_NETWORK: 'tcp' }],
  ['the environment names no socket', { JUJU_AGENT_SOCKET_ADDRESS: '' }],
];

it('uses the socket where it can, and starts no process', async () => {
  const { transport, server } = await to([]);
  for (const call of [READ, WRITE]) expect(await transport.run(call)).toMatchObject(ANSWERED);
  expect(server.connections).toBe(1);
  expect([await ran(), lines]).toEqual([[], []]);
});

describe('runs tools as processes, and says so once,', () => {
  it.each(NOT_SENT)('where %s', async (_what, env) => {
    const { transport, server } = await to([], env);
    expect((await transport.run(WRITE)).stdout).toBe('spawned');
    expect((await transport.run(READ)).stdout).toBe('spawned');
    expect(await ran()).toEqual(['leader-set a=b', 'relation-get -']);
    expect(lines).toEqual([
      expect.stringMatching(/^hook tools run as processes.*leader-set was not/),
    ]);
    expect(server.calls).toEqual([]);
  });

  it.each([
    ['sends what is no gob', NO_GOB],
    ['hangs up', 'hangs up'],
    ['refuses in its own words', { refused: 'it rains' }],
  ] as const)('where the agent %s though the tool only reads', async (_what, answer) => {
    for (const before of [[], [ANSWERED]]) {
      if (before.length > 0 && typeof answer === 'object' && 'refused' in answer) continue;
      lines.length = 0;
      const { transport, server } = await to([...before, answer]);
      for (const _ of before) await transport.run(READ);
      expect((await transport.run(READ)).stdout).toBe('spawned');
      expect((await transport.run(WRITE)).stdout).toBe('spawned');
      expect(lines.length).toBe(1);
      expect(server.calls.length).toBe(before.length + 1);
    }
  });

  it.each(["rpc: can't find service Jujuc.Main", 'bad request: token does not match'])(
    'where the agent did not run the first tool: %s',
    async (refused) => {
      const { transport } = await to([{ refused }]);
      expect((await transport.run(WRITE)).stdout).toBe('spawned');
      expect(await ran()).toEqual(['leader-set a=b']);
      expect(lines).toEqual([expect.stringContaining(refused)]);
    },
  );

  it('for calls that wait for their turn, too', async () => {
    const { transport, server } = await to([NO_GOB]);
    const results = await Promise.all([READ, WRITE, READ].map((call) => transport.run(call)));
    expect(results.map(({ stdout }) => stdout)).toEqual(['spawned', 'spawned', 'spawned']);
    expect(lines.length).toBe(1);
    expect(server.calls.length).toBe(1);
  });
});

describe('a tool that may have changed something is not run again', () => {
  const LOST = [
    ['is lost with the connection', 'hangs up'],
    ['cannot be read', NO_GOB],
  ] as const;

  it.each(LOST)('when its answer %s', async (_how, answer) => {
    for (const before of [[], [ANSWERED]]) {
      const { transport } = await to([...before, answer]);
      for (const _ of before) await transport.run(READ);
      const error = await errorOf(transport.run(WRITE));
      expect(error).toMatchObject({ code: 'FAILED', tool: 'leader-set' });
      expect(error.message).toContain('may or may not have done its work');
      expect(await ran()).toEqual([]);
    }
    expect(lines.length).toBe(2);
  });

  it('when the agent answers what no agent does', async () => {
    const { transport } = await to([{ refused: 'it rains' }]);
    const error = await errorOf(transport.run(WRITE));
    expect(error.message).toMatch(/it rains.*may or may not have done its work/);
    expect(await ran()).toEqual([]);
  });

  it('and the calls after it go by processes', async () => {
    const { transport } = await to(['hangs up']);
    await errorOf(transport.run(WRITE));
    expect((await transport.run(WRITE)).stdout).toBe('spawned');
  });
});

describe('what the agent refuses is the answer', () => {
  it.each(['bad request: unknown command: leader-set', 'bad request: wrong context ID; got "x"'])(
    'of the first call: %s',
    async (refused) => {
      const { transport } = await to([{ refused }, { refused: 'it rains' }]);
      const result = await transport.run(WRITE);
      expect(result).toEqual({ exitCode: 1, stdout: '', stderr: `ERROR ${refused}\n` });
      expect((await transport.run(WRITE)).stderr).toBe('ERROR it rains\n');
      expect([await ran(), lines]).toEqual([[], []]);
    },
  );

  it('of a later call, whatever it says', async () => {
    const { transport } = await to([ANSWERED, { refused: 'it rains' }]);
    await transport.run(READ);
    expect((await transport.run(WRITE)).stderr).toBe('ERROR it rains\n');
    expect(await ran()).toEqual([]);
  });
});

describe('BATON_HOOK_TOOLS', () => {
  it('"spawn" has tools run as processes', async () => {
    const { transport, server } = await to([], { BATON_HOOK_TOOLS: 'spawn' });
    expect((await transport.run(READ)).stdout).toBe('spawned');
    expect([server.connections, lines]).toEqual([0, []]);
  });

  it('"socket" has none run as a process, and the error says why it cannot be', async () => {
    const { transport } = await to([], { BATON_HOOK_TOOLS: 'socket' });
    expect(await transport.run(READ)).toMatchObject(ANSWERED);
    for (const [, env] of NOT_SENT) {
      const only = await to([], { BATON_HOOK_TOOLS: 'socket', ...env });
      const error = await errorOf(only.transport.run(READ));
      expect(error.message).toContain('relation-get was not called: ');
    }
    const lost = await to([NO_GOB], { BATON_HOOK_TOOLS: 'socket' });
    for (const _ of [1, 2]) await errorOf(lost.transport.run(READ));
    expect([await ran(), lines]).toEqual([[], []]);
  });

  it('that says something else is an error that says what it can be', async () => {
    const { transport } = await to([], { BATON_HOOK_TOOLS: 'Socket' });
    for (const _ of [1, 2]) {
      const error = await errorOf(transport.run(READ));
      expect(error).toMatchObject({ code: 'UNSUPPORTED', retryable: false });
      expect(error.message).toMatch(/BATON_HOOK_TOOLS says, "Socket".*"spawn" or "socket"/);
    }
    expect(await ran()).toEqual([]);
  });

  it('that is empty leaves it open', async () => {
    const { transport } = await to([], { BATON_HOOK_TOOLS: '' });
    expect(await transport.run(READ)).toMatchObject(ANSWERED);
  });
});

describe('the line that says that tools run as processes', () => {
  const hook = { JUJU_CONTEXT_ID: 'x', JUJU_AGENT_SOCKET_ADDRESS: '/nowhere' };
  const unix = { JUJU_AGENT_SOCKET_NETWORK: 'unix' };

  it("goes to Juju's log, before the call", async () => {
    const transport = new AutoTransport({ env: withTools({ ...hook, ...unix }) });
    await transport.run(READ);
    expect(await ran()).toEqual([
      expect.stringMatching(/^juju-log -l INFO hook tools run as processes.*ENOENT/),
      'relation-get -',
    ]);
  });

  it('goes to standard error where there is no juju-log', async () => {
    await rm(join(folder, 'juju-log'));
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      const transport = new AutoTransport({ env: withTools({ ...hook, ...unix }) });
      expect((await transport.run(READ)).stdout).toBe('spawned');
      expect(write.mock.calls).toEqual([[expect.stringMatching(/^hook tools run as processes/)]]);
    } finally {
      write.mockRestore();
    }
  });

  it('is not written outside a hook', async () => {
    const transport = new AutoTransport({ env: withTools({}), log });
    expect((await transport.run(READ)).stdout).toBe('spawned');
    expect([await ran(), lines]).toEqual([['relation-get -'], []]);
  });
});

it('is one for all that a process loads', () => {
  expect(defaultTransport()).toBe(defaultTransport());
  expect(defaultTransport()).toBeInstanceOf(AutoTransport);
});
