import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { expect, onTestFinished, test } from 'vitest';

import { soak } from '../soak.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const ARGUMENTS = ['--import', 'tsx', '--conditions=@baton/source', MAIN];
const SEED = 20_260_101;

/** Processes are started and killed, on a machine that may be busy. */
const SOAK_MS = 180_000;

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'baton-soak-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test(
  'processes that are killed at random never hold the lock together, lose nothing, and leave nothing',
  async () => {
    const { signal } = new AbortController();
    const options = { processes: 4, rounds: 200, killEvery: 20, seed: SEED, json: false };
    const figures = await soak(options, {
      folder: newFolder(),
      signal,
      onProgress: () => undefined,
    });

    expect(figures.violations, `seed ${SEED}`).toEqual([]);
    expect(figures.rounds).toBeGreaterThanOrEqual(200);
    expect(figures.kills.all).toBeGreaterThan(0);
    expect(figures.temporaryFiles).toBe(0);
    expect(figures.sizeAtEnd.files).toBeLessThanOrEqual(figures.sizeMax.files);
  },
  SOAK_MS,
);

test(
  'two holders are found',
  async () => {
    const { signal } = new AbortController();
    const options = { processes: 4, rounds: 1000, killEvery: 0, seed: SEED, json: false };
    const surroundings = { folder: newFolder(), signal, onProgress: () => undefined, holders: 2 };

    const { violations } = await soak(options, surroundings);

    expect(violations.join('\n')).toMatch(/soak\/\d \(process \d+\) holds the lock, and so does/);
  },
  SOAK_MS,
);

test(
  'Ctrl-C ends every process and leaves nothing behind',
  async () => {
    const folder = newFolder();
    const child = spawn(process.execPath, [...ARGUMENTS, '--processes=2', '--rounds=1000'], {
      env: { ...process.env, TMPDIR: folder },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('100 of 1000 rounds')) child.kill('SIGINT');
    });

    const [code] = await once(child, 'close');

    expect(output).toContain('interrupted');
    expect(code).toBe(130);
    expect(readdirSync(folder).filter((name) => name.startsWith('baton-soak-'))).toEqual([]);
  },
  SOAK_MS,
);

test('what the command line cannot use is told', async () => {
  const failure: unknown = await promisify(execFile)(process.execPath, [
    ...ARGUMENTS,
    '--rounds=none',
  ]).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 1, stderr: expect.stringContaining('whole number') });
});
