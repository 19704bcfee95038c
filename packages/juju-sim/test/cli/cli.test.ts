import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod/mini';

import { runCli } from '../../src/cli/cli.ts';
import type { Output } from '../../src/cli/output.ts';
import { readStatus } from '../../src/cli/read-status.ts';
import { findByEnvironment } from '../../src/driver/processes.ts';
import type { ApplicationStatus } from '../../src/status.ts';

const level = fileURLToPath(new URL('../fixtures/level', import.meta.url));
const plain = fileURLToPath(new URL('../fixtures/plain', import.meta.url));
const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
let folder: string;
let child: ChildProcess | undefined;
let foreground: Promise<Printed> | undefined;
let pretender: Server | undefined;

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'sim-')), 'run');
});

afterEach(async () => {
  if (child?.exitCode === null && child.signalCode === null) await end('SIGINT');
  child = undefined;
  if (foreground !== undefined) {
    await tell('stop');
    await foreground;
  }
  foreground = undefined;
  pretender?.close();
  pretender = undefined;
  await rm(join(folder, '..'), { recursive: true });
});

interface Printed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command; tells `onOut` what it has printed by now. */
async function runHere(
  args: readonly string[],
  onOut: (out: string) => void = () => undefined,
  terminal?: Output['terminal'],
): Promise<Printed> {
  let [out, err] = ['', ''];
  const code = await runCli(args, {
    out: (text) => {
      out += `${text}\n`;
      onOut(out);
    },
    err: (text) => (err += `${text}\n`),
    terminal,
  });
  return { code, out, err };
}

const cli = (...args: string[]): Promise<Printed> => runHere(args);

/** A command of the second terminal. */
const tell = (...args: string[]): Promise<Printed> => cli(...args, '--folder', folder);

/** What `juju-sim status --json` tells. */
async function status(): Promise<ApplicationStatus> {
  return readStatus(JSON.parse((await tell('status', '--json')).out));
}

/** Runs the application in this process, and waits until it prints a text. */
async function startHere(text: string, ...args: string[]): Promise<() => string> {
  let printed = '';
  await new Promise<void>((found, failed) => {
    const ended = runHere(['run', level, '--folder', folder, ...args], (out) => {
      printed = out;
      if (out.includes(text)) found();
    });
    foreground = ended;
    ended.then(({ err }) => failed(new Error(`it ended: ${printed}${err}`)), failed);
  });
  return () => printed;
}

/** Runs an application without units in this process, and waits until it listens. */
async function startEmpty(): Promise<void> {
  foreground = cli('run', level, '--units', '0', '--folder', folder);
  await until(async () => (await tell('status')).code === 0);
}

/** Listens where an application would. */
async function pretend(serve: (socket: Socket) => void): Promise<void> {
  await mkdir(folder);
  const server = createServer(serve);
  pretender = server;
  await new Promise<void>((listening) => server.listen(join(folder, 'control.socket'), listening));
}

/** Waits until something holds. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  await vi.waitUntil(condition, { timeout: 30_000, interval: 10 });
}

/** What the application answers to a text, after which nothing more comes. */
async function speak(text: string): Promise<string> {
  const socket = createConnection({ path: join(folder, 'control.socket'), allowHalfOpen: true });
  let answer = '';
  socket.setEncoding('utf8').on('data', (chunk) => (answer += String(chunk)));
  await new Promise<void>((closed) => {
    socket.once('end', () => closed());
    socket.end(text);
  });
  return answer;
}

const logEntry = z.object({ unit: z.string(), logger: z.string(), message: z.string() });

/** Runs the application in a process of its own, and waits until it has run a hook. */
async function startInProcess(...args: string[]): Promise<void> {
  const started = spawn(
    process.execPath,
    [
      '--import',
      'tsx',
      '--conditions=@baton/source',
      main,
      'run',
      level,
      '--folder',
      folder,
      ...args,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  child = started;
  let printed = '';
  await new Promise<void>((found, failed) => {
    const take = (chunk: Buffer): void => {
      printed += chunk.toString();
      if (printed.includes('ran "start" hook')) found();
    };
    started.stdout.on('data', take);
    started.stderr.on('data', take);
    started.once('exit', () => failed(new Error(`it ended: ${printed}`)));
  });
}

async function end(signal: NodeJS.Signals): Promise<number | null> {
  const code = new Promise<number | null>((ended) => child?.once('exit', ended));
  child?.kill(signal);
  return code;
}

describe('juju-sim run', () => {
  test('until it settles prints what ran, the status, and how much it was', async () => {
    const run = ['run', level, '--units', '2', '--until', 'settled', '--folder', folder];
    const { code, out, err } = await cli(...run);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('ran "install" hook');
    expect(out).toMatch(/level\/0\* +active +idle +ready/);
    expect(out).toMatch(/\nsettled: \d+ hooks, \d+ tool calls\n$/);
    expect(await findByEnvironment(folder)).toEqual([]);
  });

  test('prints JSON, line by line, the status last', async () => {
    const run = ['run', level, '--units', '1', '--until', 'settled', '--json', '--juju', '4.0'];
    const { code, out } = await cli(...run, '--folder', folder);
    expect(code).toBe(0);
    const lines: unknown[] = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(lines.at(-1)).toMatchObject({ ended: 'settled', juju: '4.0', settled: true });
    expect(lines[0]).toHaveProperty('unit', 'level/0');
  });

  test('that does not settle in time ends with code 1 and the end of the log', async () => {
    const run = ['run', level, '--units', '1', '--until', 'settled', '--timeout', '2'];
    const { code, err } = await cli(...run, '--config', 'fail-in=install', '--folder', folder);
    expect(code).toBe(1);
    expect(err).toContain('2000 ms were not enough until the application settles');
    expect(err).toContain('hook "install" failed: exit status 3');
  });

  test('that is stopped before it settles ends with code 1', async () => {
    const failing = ['--units', '1', '--until', 'settled', '--config', 'fail-in=install'];
    await startHere('hook "install" failed', ...failing);
    await tell('stop');
    const ended = await foreground;
    expect(ended).toMatchObject({ code: 1, err: 'juju-sim: it was stopped before it settled.\n' });
    expect(ended?.out).toMatch(/level\/0\* +maintenance +error \(install\)/);
  });

  test('on a terminal draws the status in place, instead of the log', async () => {
    const drawn: string[] = [];
    const run = ['run', level, '--units', '2', '--until', 'settled', '--folder', folder];
    const { code, out } = await runHere(run, undefined, { write: (text) => drawn.push(text) });
    expect(code).toBe(0);
    expect(out).toMatch(/^settled: \d+ hooks, \d+ tool calls\n$/);
    const [first = '', last = ''] = [drawn[0], drawn.at(-1)];
    expect(first).toMatch(/^level on Juju 3.6, /);
    // Over the picture before, which has a line for the application, one of titles, and one for each unit.
    expect(last).toContain('\u001b[4A\u001b[Jlevel on Juju 3.6, settled');
  });

  test('in the folder of an earlier run leaves nothing of it, neither files nor processes', async () => {
    const run = ['--units', '2', '--until', 'settled'];
    await cli('run', level, '--folder', folder, ...run);
    await writeFile(join(folder, 'unit-level-1', 'charm', 'left'), '');
    await writeFile(join(folder, 'control.socket'), '');
    await writeFile(join(folder, 'notes'), 'mine');
    const left = spawn('sleep', ['1000'], {
      env: { JUJU_AGENT_SOCKET_ADDRESS: `${folder}/unit-level-0/agent.socket` },
    });
    const killed = new Promise((ended) => left.once('exit', (_, signal) => ended(signal)));
    const again = await cli('run', plain, '--folder', folder, ...run);
    expect(again).toMatchObject({ code: 0, err: '' });
    expect(await killed).toBe('SIGKILL');
    expect((await readdir(folder)).toSorted()).toEqual(
      ['.gitignore', 'juju-sim', 'notes', 'tools', 'unit-plain-0', 'unit-plain-1'].toSorted(),
    );
    expect(await readFile(join(folder, 'notes'), 'utf8')).toBe('mine');
  });

  test('of units on one machine runs one hook at a time', async () => {
    const run = ['run', level, '--units', '3', '--until', 'settled', '--one-machine', '--json'];
    const { code, out } = await cli(...run, '--folder', folder);
    expect(code).toBe(0);
    const lines = out.trim().split('\n').slice(0, -1);
    const entries = lines.map((line) => logEntry.parse(JSON.parse(line)));
    // What a hook prints comes between the ends of two hooks, of which the later is its own.
    for (const [index, { unit, logger }] of entries.entries()) {
      if (!logger.startsWith('unit.')) continue;
      const ends = entries.slice(index).find((entry) => entry.message.startsWith('ran '));
      expect(ends?.unit).toBe(unit);
    }
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'ended by %s leaves no process behind',
    async (signal) => {
      await startInProcess('--units', '1');
      expect((await tell('run', 'level/0', 'background')).code).toBe(0);
      expect((await findByEnvironment(folder)).length).toBeGreaterThan(0);
      expect(await end(signal)).toBe(0);
      expect(await findByEnvironment(folder)).toEqual([]);
      expect((await tell('status')).err).toContain('no application runs here');
    },
  );
});

test('a second terminal looks at the application and changes it', async () => {
  const printed = await startHere('ran "start" hook', '--units', '2', '--speed', '100');
  expect((await tell('status')).out).toContain('level on Juju 3.6');
  expect((await tell('config', 'set', 'level=4')).out).toBe('set\n');
  expect((await tell('add-unit', '-n', '2')).out).toBe('added level/2\nadded level/3\n');
  expect((await tell('remove-unit', 'level/3', '--force')).code).toBe(0);
  expect((await tell('elect', 'level/1')).out).toBe('elected level/1\n');
  expect((await tell('stop-agent', 'level/0')).code).toBe(0);
  expect((await tell('status')).out).toMatch(/level\/0 +\w+ +lost/);
  expect((await tell('start-agent', 'level/0')).code).toBe(0);
  expect((await tell('run', 'level/0', 'greet', 'name=you')).out).toBe(
    'to you\naction 1 completed\nanswer: hello you\n',
  );
  const shown: unknown = JSON.parse((await tell('show-unit', 'level/1', '--json')).out);
  expect(shown).toMatchObject({ unit: 'level/1', leader: true, state: { installed: 'yes' } });
  expect((await tell('debug-log')).out).toContain('unit-level-0: ');
  expect((await tell('remove-unit', 'level/9')).err).toBe('juju-sim: unit "level/9" not found\n');
  const other = await cli('run', level, '--folder', folder);
  expect(other.err).toContain('runs in');
  expect((await tell('stop')).code).toBe(0);
  expect(await foreground).toMatchObject({ code: 0, err: '' });
  expect(printed()).toMatch(/stopped: \d+ hooks, \d+ tool calls\n$/);
});

describe('from a second terminal', () => {
  test('a failed hook is tried again at once, or counted as run', async () => {
    // Slow, so that it is not tried again by itself.
    const slow = ['--units', '1', '--config', 'fail-in=start', '--speed', '0.01'];
    const printed = await startHere('hook "start" failed', ...slow);
    expect((await status()).units[0]).toMatchObject({ agent: 'error', hook: 'start' });
    expect(await tell('resolve', 'level/0')).toMatchObject({ code: 0, out: 'resolved level/0\n' });
    await until(() => printed().split('hook "start" failed').length === 3);
    expect((await tell('resolve', 'level/0', '--no-retry')).out).toBe('resolved level/0\n');
    await until(async () => (await status()).settled);
    expect(printed().split('hook "start" failed').length).toBe(3);
    expect(await tell('resolve', 'level/0')).toMatchObject({
      code: 1,
      err: 'juju-sim: unit "level/0" is not in an error state\n',
    });
  });

  test('one unit is given a charm, or all are, if it has the same peer relation', async () => {
    const printed = await startHere('ran "start" hook', '--units', '2');
    await until(async () => (await status()).settled);
    const upgraded = (): string[] =>
      [...printed().matchAll(/unit-(level-\d): .* ran "upgrade-charm" hook/g)].map(
        ([, unit = '']) => unit,
      );
    expect((await tell('refresh', level, '--unit', 'level/1')).out).toBe('refreshing\n');
    await until(async () => (await status()).settled);
    expect(upgraded()).toEqual(['level-1']);
    expect((await tell('refresh', level)).out).toBe('refreshing\n');
    await until(async () => (await status()).settled);
    expect(upgraded().toSorted()).toEqual(['level-0', 'level-1', 'level-1']);
    expect(await tell('refresh', plain)).toMatchObject({
      code: 1,
      err: `juju-sim: ${plain} has the peer relation (none), and ${level} has cluster: a refresh cannot change it.\n`,
    });
    expect((await tell('refresh', '/nonexistent')).err).toContain('/nonexistent is no charm');
  });

  test('an action that fails or that there is not is told, and one that succeeds also as JSON', async () => {
    await startHere('ran "start" hook', '--units', '1', '--config', 'fail-in=greet');
    expect(await tell('run', 'level/0', 'greet')).toMatchObject({
      code: 1,
      out: '',
      err: 'juju-sim: action 1 failed: exit status 3\n',
    });
    expect((await tell('run', 'level/0', 'dance')).err).toContain('it defines environment, ');
    await tell('config', 'set', 'fail-in=');
    const { out } = await tell('run', 'level/0', 'greet', 'name=a=b', '--json');
    expect(JSON.parse(out)).toMatchObject({
      status: 'completed',
      results: { answer: 'hello a=b' },
    });
  });

  test('a unit is shown, for people and as JSON', async () => {
    await startHere('ran "start" hook', '--units', '1');
    await until(async () => (await status()).settled);
    const { out } = await tell('show-unit', 'level/0');
    const shown: unknown = JSON.parse((await tell('show-unit', 'level/0', '--json')).out);
    expect(parse(out)).toEqual(shown);
    expect(shown).toMatchObject({ databag: { level: '1' }, 'application-databag': { total: '1' } });
    expect((await tell('show-unit', 'level/7')).err).toBe('juju-sim: unit "level/7" not found\n');
  });

  test('the log is followed until the application ends', async () => {
    await startHere('ran "start" hook', '--units', '1');
    await until(async () => (await status()).settled);
    let followed = '';
    const following = runHere(['debug-log', '--follow', '--json', '--folder', folder], (out) => {
      followed = out;
    });
    await until(() => followed.includes('ran \\"start\\" hook'));
    await tell('run', 'level/0', 'greet');
    await until(() => followed.includes('ran \\"greet\\" action'));
    await tell('stop');
    const { code, out } = await following;
    expect(code).toBe(0);
    const messages = out
      .trim()
      .split('\n')
      .map((line) => logEntry.parse(JSON.parse(line)).message);
    expect(messages.filter((message) => message === 'ran "install" hook')).toHaveLength(1);
    expect(messages.filter((message) => message === 'ran "greet" action')).toHaveLength(1);
  });

  test('a log in which nothing is yet is waited for, until the application ends', async () => {
    const asked: unknown[] = [];
    await pretend((socket) =>
      socket.once('data', (line) => {
        asked.push(JSON.parse(line.toString()));
        socket.end(asked.length === 1 ? '{"result":{"entries":[],"next":0}}\n' : '');
      }),
    );
    expect(await tell('debug-log', '--follow')).toEqual({ code: 0, out: '', err: '' });
    expect(asked).toEqual([
      { verb: 'debug-log', from: 0, wait: false },
      { verb: 'debug-log', from: 0, wait: true },
    ]);
  });

  test('what is no request is refused, and whoever leaves before asking disturbs nobody', async () => {
    await startEmpty();
    expect(await speak('hello\n')).toBe('{"error":"no message of juju-sim: hello"}\n');
    expect(await speak('{"verb":"dance"}\n')).toContain('no message of this juju-sim: ');
    expect(await speak('{"verb":')).toBe('');
    expect((await tell('status')).code).toBe(0);
  });

  test('an application that ends before it has read what is asked is told', async () => {
    await pretend((socket) => socket.once('data', () => socket.destroy()));
    // More than a socket takes at once.
    const printed = await tell('config', 'set', `level=${'1'.repeat(4_000_000)}`);
    const ended = 'juju-sim: the application ended before it answered.\n';
    expect(printed).toEqual({ code: 1, out: '', err: ended });
  });

  test('a socket behind which is no juju-sim is told', async () => {
    const answers = ['', 'hello\n', '[]\n'];
    await pretend((socket) => socket.end(answers.shift() ?? ''));
    const ended = 'juju-sim: the application ended before it answered.\n';
    expect(await tell('status')).toEqual({ code: 1, out: '', err: ended });
    expect((await tell('status')).err).toBe('juju-sim: no message of juju-sim: hello\n');
    expect((await tell('status')).err).toContain('no message of this juju-sim: ');
  });
});

describe('what is wrong is told with what to do', () => {
  test.each([
    [['run', '/nonexistent'], 1, 'there is neither charmcraft.yaml nor metadata.yaml in it'],
    [['run', level, '--juju', '5'], 2, 'Allowed choices are 3.6, 4.0'],
    [['run', level, '--units', 'many'], 2, 'It is a whole number'],
    [['run', level, '--config', 'level'], 2, 'It is key=value'],
    [['run', level, '--speed', '0'], 2, 'It is a number above 0'],
    [['frobnicate'], 2, "unknown command 'frobnicate'"],
    [['config', 'get', 'x=y'], 2, 'Allowed choices are set'],
    [['config', 'set', 'level'], 2, 'It is key=value, not "level"'],
    [['run', 'level/0', 'greet', 'name=you', '=me'], 2, 'It is key=value, not "=me"'],
    [['add-unit', '-n', 'many'], 2, 'It is a whole number above 0'],
    [['add-unit', '-n', '0'], 2, 'It is a whole number above 0'],
    [['status', '--folder', '/nonexistent'], 1, 'Start one with juju-sim run CHARM'],
    [['run', level, '--folder', '/usr'], 1, 'has other files in it'],
  ])('%j', async (args, code, message) => {
    const folderOf = args.includes('--folder') || args[0] !== 'run' ? [] : ['--folder', folder];
    const printed = await cli(...args, ...folderOf);
    expect(printed).toMatchObject({ code });
    expect(printed.err).toContain(message);
  });
});
