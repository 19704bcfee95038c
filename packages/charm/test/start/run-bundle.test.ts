import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { BUNDLED } from '../bundled.ts';
import { identityOf, keepCode, readKeptCode } from '../../src/start/kept-code.ts';

const START = fileURLToPath(new URL('../fixtures/start.ts', import.meta.url));
/** A line of the program that says more than it does, so that there is something to keep. */
const PROGRAM = `
exports.said = 'hello';
function work() { return [1, 2, 3].map((n) => n * 2).join(); }
console.log(module.exports === exports, exports.said, work(), require('node:path').basename(__filename));
`;

interface Ended {
  readonly code: number | string | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

let bundles: string;
let start: string;

beforeAll(async () => {
  bundles = await mkdtemp(join(tmpdir(), 'baton-start-'));
  await build({
    ...BUNDLED,
    entryPoints: [START],
    outfile: join(bundles, 'start.cjs'),
    format: 'cjs',
  });
  start = await readFile(join(bundles, 'start.cjs'), 'utf8');
});
afterAll(() => rm(bundles, { recursive: true, force: true }));

let charm: string;
let program: string;
let kept: string;

beforeEach(async () => {
  charm = await mkdtemp(join(tmpdir(), 'baton-start-'));
  program = join(charm, 'program.cjs');
  kept = `${program}.code`;
  await writeFile(join(charm, 'start.cjs'), start);
});
afterEach(() => rm(charm, { recursive: true, force: true }));

/** Runs a hook in a folder that is not the charm's. */
async function hook(name: string): Promise<Ended> {
  const env = { ...process.env, JUJU_DISPATCH_PATH: name };
  return await new Promise((resolve) => {
    const args = [join(charm, 'start.cjs')];
    execFile(process.execPath, args, { cwd: tmpdir(), env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, stdout, stderr });
    });
  });
}

/** Which hooks have a part in what is kept. */
async function keptHooks(): Promise<readonly string[]> {
  await stat(kept);
  return readKeptCode(program, identityOf(program))?.hooks ?? [];
}

describe('runBundle', () => {
  it('runs the bundle as require would, in every hook', async () => {
    await writeFile(program, PROGRAM);
    const first = await hook('hooks/install');
    expect(first).toEqual({ code: 0, stdout: 'true hello 2,4,6 program.cjs\n', stderr: '' });
    expect(await hook('hooks/install')).toEqual(first);
  });

  it('keeps what the first hook of each name has compiled, and writes no more', async () => {
    await writeFile(program, PROGRAM);
    await hook('hooks/install');
    expect(await keptHooks()).toEqual(['hooks/install']);
    await hook('hooks/start');
    expect(await keptHooks()).toEqual(['hooks/install', 'hooks/start']);
    const { ino } = await stat(kept);
    await hook('hooks/install');
    await hook('hooks/start');
    expect((await stat(kept)).ino).toBe(ino);
    expect((await readdir(charm)).toSorted()).toEqual([
      'program.cjs',
      'program.cjs.code',
      'start.cjs',
    ]);
  });

  it('keeps code that V8 takes for that of the bundle', async () => {
    await writeFile(program, PROGRAM);
    await hook('hooks/install');
    const before = await readFile(kept);
    // Were it refused, this hook would be the only one that has a part in what is kept.
    await hook('hooks/start');
    expect(await keptHooks()).toHaveLength(2);
    expect(before.length).toBeGreaterThan(PROGRAM.length);
  });

  it('runs a bundle of the same length that took the place of the one before', async () => {
    // V8 itself tells bundles apart by their lengths only; an upgrade leaves what is kept where it is.
    await writeFile(program, 'console.log("old");');
    await hook('hooks/install');
    await writeFile(`${program}.new`, 'console.log("new");');
    await rm(program);
    await writeFile(program, await readFile(`${program}.new`));
    expect((await hook('hooks/install')).stdout).toBe('new\n');
    expect((await hook('hooks/install')).stdout).toBe('new\n');
  });

  it.each([
    ['is empty', () => truncate(kept)],
    ['ends early', async () => truncate(kept, (await stat(kept)).size - 100)],
    ['has one line', () => writeFile(kept, 'v0.0.0\n')],
    [
      'belongs to this bundle, and its rest is not V8’s',
      () => writeFile(kept, `${identityOf(program)}\nhooks/install\nnot code`),
    ],
  ])('runs the bundle where what is kept %s, and keeps it anew', async (_, damage) => {
    await writeFile(program, PROGRAM);
    await hook('hooks/install');
    const { size } = await stat(kept);
    await damage();
    expect((await hook('hooks/start')).stdout).toContain('hello');
    expect(await keptHooks()).toEqual(['hooks/start']);
    expect((await stat(kept)).size).toBeGreaterThan(size / 2);
  });

  it('runs the bundle where nothing can be kept, and leaves nothing behind', async () => {
    await writeFile(program, PROGRAM);
    await mkdir(kept);
    expect(await hook('hooks/install')).toMatchObject({ code: 0, stderr: '' });
    expect((await readdir(charm)).toSorted()).toEqual([
      'program.cjs',
      'program.cjs.code',
      'start.cjs',
    ]);
  });

  it('fails as the bundle does, with its own places in the stack', async () => {
    await writeFile(program, 'function fail() { throw new TypeError("gone"); } fail();');
    for (const turn of ['first', 'second']) {
      const { code, stderr } = await hook('hooks/install');
      expect({ turn, code }).toEqual({ turn, code: 1 });
      expect(stderr).toContain('TypeError: gone');
      expect(stderr).toContain(`at fail (${program}:1:25)`);
    }
  });

  it('runs a bundle that begins as a program of its own does', async () => {
    await writeFile(program, `#!/usr/bin/env node\n${PROGRAM}`);
    expect((await hook('hooks/install')).stdout).toContain('hello');
    expect((await hook('hooks/start')).stdout).toContain('hello');
    expect(await keptHooks()).toHaveLength(2);
  });

  it('keeps the exit code', async () => {
    await writeFile(program, 'process.exitCode = 7;');
    expect((await hook('hooks/install')).code).toBe(7);
    expect((await hook('hooks/install')).code).toBe(7);
  });

  it('runs a bundle that imports modules late, and keeps nothing of it', async () => {
    await writeFile(join(charm, 'late.mjs'), 'export const late = 7;');
    await writeFile(
      program,
      'import("./late.mjs").then(({ late }) => { process.exitCode = late; });',
    );
    expect(await hook('hooks/install')).toEqual({ code: 7, stdout: '', stderr: '' });
    expect((await hook('hooks/install')).code).toBe(7);
    await expect(stat(kept)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('fails where there is no bundle', async () => {
    const { code, stderr } = await hook('hooks/install');
    expect(code).toBe(1);
    expect(stderr).toContain('ENOENT');
    expect(stderr).toContain('program.cjs');
  });
});

describe('keepCode', () => {
  it('is there as a whole, with what it was given', async () => {
    await writeFile(program, PROGRAM);
    const identity = identityOf(program);
    keepCode(program, identity, { hooks: ['', 'hooks/stop'], code: Buffer.from('a\nb\n') });
    expect(readKeptCode(program, identity)).toEqual({
      hooks: ['', 'hooks/stop'],
      code: Buffer.from('a\nb\n'),
    });
    expect(readKeptCode(program, `${identity}0`)).toBeUndefined();
  });
});
