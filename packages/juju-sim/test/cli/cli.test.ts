import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { runCli } from '../../src/cli/cli.ts';
import { findByEnvironment } from '../../src/driver/processes.ts';

const level = fileURLToPath(new URL('../fixtures/level', import.meta.url));
const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
let folder: string;
let background: ChildProcess | undefined;

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'sim-')), 'run');
});

afterEach(async () => {
  if (background?.exitCode === null && background.signalCode === null) {
    background.kill('SIGINT');
    await new Promise((ended) => background?.once('exit', ended));
  }
  background = undefined;
  await rm(join(folder, '..'), { recursive: true });
});

interface Printed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function cli(...args: string[]): Promise<Printed> {
  let out = '';
  let err = '';
  const code = await runCli(args, {
    out: (text) => (out += `${text}\n`),
    err: (text) => (err += `${text}\n`),
    terminal: undefined,
  });
  return { code, out, err };
}

/** A command of the second terminal. */
const tell = (...args: string[]): Promise<Printed> => cli(...args, '--folder', folder);

/** Starts the application in a process of its own, and waits until it listens. */
async function startInBackground(...args: string[]): Promise<() => string> {
  const child = spawn(
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
  background = child;
  let printed = '';
  await new Promise<void>((settled, failed) => {
    const take = (chunk: Buffer): void => {
      printed += chunk.toString();
      if (printed.includes('ran "start" hook')) settled();
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.once('exit', () => failed(new Error(`it ended: ${printed}`)));
  });
  return () => printed;
}

async function end(signal: NodeJS.Signals): Promise<number | null> {
  const child = background;
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

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'ended by %s leaves no process behind',
    async (signal) => {
      await startInBackground('--units', '1');
      expect((await tell('run', 'level/0', 'background')).code).toBe(0);
      expect((await findByEnvironment(folder)).length).toBeGreaterThan(0);
      expect(await end(signal)).toBe(0);
      expect(await findByEnvironment(folder)).toEqual([]);
      expect((await tell('status')).err).toContain('no application runs here');
    },
  );
});

test('a second terminal looks at the application and changes it', async () => {
  const printed = await startInBackground('--units', '2', '--speed', '100');
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
  const ended = new Promise((exit) => background?.once('exit', exit));
  expect((await tell('stop')).code).toBe(0);
  expect(await ended).toBe(0);
  expect(printed()).toMatch(/stopped: \d+ hooks, \d+ tool calls\n$/);
});

describe('what is wrong is told with what to do', () => {
  test.each([
    [['run', '/nonexistent'], 1, 'there is neither charmcraft.yaml nor metadata.yaml in it'],
    [['run', level, '--juju', '5'], 2, 'Allowed choices are 3.6, 4.0'],
    [['run', level, '--units', 'many'], 2, 'It is a whole number'],
    [['run', level, '--config', 'level'], 2, 'It is key=value'],
    [['run', level, '--speed', '0'], 2, 'It is a number above 0'],
    [['frobnicate'], 2, "unknown command 'frobnicate'"],
    [['config', 'get', 'x=y'], 2, 'expected config set'],
    [['status', '--folder', '/nonexistent'], 1, 'Start one with juju-sim run CHARM'],
    [['run', level, '--folder', '/usr'], 1, 'has other files in it'],
  ])('%j', async (args, code, message) => {
    const folderOf = args.includes('--folder') || args[0] !== 'run' ? [] : ['--folder', folder];
    const printed = await cli(...args, ...folderOf);
    expect(printed).toMatchObject({ code });
    expect(printed.err).toContain(message);
  });
});
