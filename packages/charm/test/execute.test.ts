import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { BUNDLED } from './bundled.ts';

const SOURCE = fileURLToPath(new URL('fixtures/charm.ts', import.meta.url));
const TIMEOUT_MS = 30_000;

interface Ended {
  readonly code: number | null;
  readonly stderr: string;
  /** What the charm wrote down, see the fixture. */
  readonly steps: readonly string[];
}

let bundleFolder: string;
/** The fixture in one file, as charms are shipped. */
let charmFile: string;
beforeAll(async () => {
  bundleFolder = await mkdtemp(join(tmpdir(), 'baton-charm-bundle-'));
  charmFile = join(bundleFolder, 'charm.mjs');
  await build({
    ...BUNDLED,
    entryPoints: [SOURCE],
    outfile: charmFile,
    format: 'esm',
  });
});
afterAll(() => rm(bundleFolder, { recursive: true, force: true }));

let folder: string;
let kill: () => void;
beforeEach(async () => {
  kill = () => undefined;
  folder = await mkdtemp(join(tmpdir(), 'baton-charm-'));
});
afterEach(async () => {
  kill();
  await rm(folder, { recursive: true, force: true });
});

/** Runs the charm in a process of its own, with no variables of Juju but those in `env`. */
async function charm(
  env: Record<string, string>,
  args: readonly string[] = [],
  program = charmFile,
): Promise<Ended> {
  const file = join(folder, 'steps');
  const child = spawn(process.execPath, [program, ...args], {
    env: { PATH: process.env['PATH'], STEPS: file, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  kill = () => child.kill('SIGKILL');
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  });
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return '';
  });
  return { code, stderr, steps: text.split('\n').filter((line) => line !== '') };
}

/** What follows when code of the charm ran and succeeded. */
const SUCCESS = ['atExit', 'published, charmRan true', 'after execute'];

describe('the hook that execute runs', { timeout: TIMEOUT_MS }, () => {
  it('is the one of the argument', async () => {
    const { code, steps } = await charm({ JUJU_HOOK_NAME: 'throws' }, ['start']);
    expect({ code, steps }).toEqual({ code: 0, steps: ['hook start', ...SUCCESS] });
  });

  it('is else the one of JUJU_DISPATCH_PATH, an action too', async () => {
    const hook = await charm({
      JUJU_DISPATCH_PATH: 'hooks/config-changed',
      JUJU_HOOK_NAME: 'throws',
    });
    expect(hook).toMatchObject({ code: 0, steps: ['hook config-changed', ...SUCCESS] });
    const action = await charm({ JUJU_DISPATCH_PATH: 'actions/show-locks', JUJU_HOOK_NAME: '' });
    expect(action.code).toBe(0);
    expect(action.steps.slice(hook.steps.length)).toEqual(['action show-locks', ...SUCCESS]);
  });

  it('is else the one of JUJU_HOOK_NAME', async () => {
    const { code, steps } = await charm({ JUJU_HOOK_NAME: 'start' });
    expect({ code, steps }).toEqual({ code: 0, steps: ['hook start', ...SUCCESS] });
  });

  it.each([
    ['hooks/config-changed', 'hook config-changed'],
    ['actions/show-locks', 'action show-locks'],
  ])('is else the one the program was called by, %s', async (link, step) => {
    const path = join(folder, link);
    await mkdir(dirname(path));
    await symlink(charmFile, path);
    const { code, steps } = await charm({}, [], path);
    expect({ code, steps }).toEqual({ code: 0, steps: [step, ...SUCCESS] });
  });

  it('may have no function under dispatch: the wraps run, and no code of the charm', async () => {
    const { code, steps } = await charm({ JUJU_DISPATCH_PATH: 'hooks/update-status' });
    expect({ code, steps }).toEqual({
      code: 0,
      steps: ['published, charmRan false', 'after execute'],
    });
  });

  it.each([
    ['a hook without dispatch', { JUJU_HOOK_NAME: 'strat' }, /UNKNOWN_HOOK/, 'config-changed, '],
    ['an action', { JUJU_DISPATCH_PATH: 'actions/shew' }, /UNKNOWN_ACTION/, ': show-locks'],
    ['no name', { JUJU_DISPATCH_PATH: 'hooks/' }, /UNKNOWN_HOOK/, 'config-changed, '],
  ])('may not be unknown (%s): the known ones are listed', async (_, env, error, known) => {
    const { code, steps, stderr } = await charm(env);
    expect({ code, steps }).toEqual({ code: 1, steps: [] });
    expect(stderr).toMatch(error);
    expect(stderr).toContain(known);
  });
});

describe('the end of execute', { timeout: TIMEOUT_MS }, () => {
  it('is a success after HookExit 0', async () => {
    const { code, steps } = await charm({}, ['exit-0']);
    expect({ code, steps }).toEqual({ code: 0, steps: SUCCESS });
  });

  it('sets the exit code of another HookExit, publishes nothing, and says why', async () => {
    const { code, steps, stderr } = await charm({}, ['exit-3']);
    expect({ code, steps }).toEqual({ code: 3, steps: ['after execute'] });
    expect(stderr).toBe('hook exit-3 failed: the database is away\n');
  });

  it('keeps the exit code that the charm set, and publishes nothing', async () => {
    const { code, steps, stderr } = await charm({}, ['exit-code']);
    expect({ code, steps }).toEqual({ code: 4, steps: ['after execute'] });
    expect(stderr).toContain('process.exitCode was set to 4');
  });

  it('throws any other error, which Node prints, and publishes nothing', async () => {
    const { code, steps, stderr } = await charm({}, ['throws']);
    expect({ code, steps }).toEqual({ code: 1, steps: [] });
    expect(stderr).toContain('Error: broken');
  });

  it('never comes when the charm calls process.exit: nothing is published', async () => {
    const { code, steps } = await charm({}, ['process-exit']);
    expect({ code, steps }).toEqual({ code: 0, steps: [] });
  });

  it('is a failure from the start where the program had set an exit code before', async () => {
    const { code, steps } = await charm({ EXIT_CODE_BEFORE: '2' }, ['start']);
    expect({ code, steps }).toEqual({ code: 2, steps: ['after execute'] });
  });
});
