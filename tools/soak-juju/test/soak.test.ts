import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { expect, onTestFinished, test } from 'vitest';

import type { JujuSoakOptions } from '../options.ts';
import { soakJuju } from '../soak.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const ARGUMENTS = ['--import', 'tsx', '--conditions=@baton/source', MAIN];
const OPTIONS: JujuSoakOptions = {
  minutes: 0.1,
  juju: '3.6',
  units: 3,
  speed: 50,
  faultEvery: 500,
  seed: 20_260_101,
  json: false,
};

/** Hundreds of processes are started and killed, on a machine that may be busy. */
const SOAK_MS = 300_000;

/** The soak reads /proc. */
const isLinux = process.platform === 'linux';

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'baton-soak-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test.runIf(isLinux).for(['3.6', '4.0'] as const)(
  'on %s an application under faults never has two holders, serves everyone and leaves nothing',
  { timeout: SOAK_MS },
  async (juju) => {
    const figures = await soakJuju(
      { ...OPTIONS, juju },
      {
        folder: newFolder(),
        signal: new AbortController().signal,
        onProgress: () => undefined,
      },
    );

    expect(figures.violations, `seed ${OPTIONS.seed}`).toEqual([]);
    // After the last fault every unit was given one more configuration.
    expect(figures.restarts).toBeGreaterThanOrEqual(figures.units);
    expect(figures.hooks).toBeGreaterThan(0);
    expect(Object.values(figures.faults).some((count) => count > 0)).toBe(true);
  },
);

test.runIf(isLinux)(
  'two holders are found, and end it',
  async () => {
    const { violations } = await soakJuju(
      { ...OPTIONS, minutes: 60, faultEvery: 1_000_000 },
      {
        folder: newFolder(),
        signal: new AbortController().signal,
        onProgress: () => undefined,
        holders: 2,
      },
    );

    expect(violations.join('\n')).toMatch(
      /baton-demo\/\d \(process \d+\) holds the lock, and so does baton-demo/,
    );
  },
  SOAK_MS,
);

test.runIf(isLinux)(
  'Ctrl-C ends every process and leaves nothing behind',
  async () => {
    const folder = newFolder();
    const child = spawn(process.execPath, [...ARGUMENTS, '--units=2', '--seed=1'], {
      env: { ...process.env, TMPDIR: folder },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('hooks,')) child.kill('SIGINT');
    });

    const [code] = await once(child, 'close');

    expect(output).toMatch(/^soak: seed 1, 10 minutes, Juju 3\.6, 2 units/);
    expect(output).toContain('interrupted');
    expect(code).toBe(130);
    // tsx keeps what it has compiled in a folder of its own.
    expect(readdirSync(folder).filter((name) => !name.startsWith('tsx-'))).toEqual([]);
  },
  SOAK_MS,
);

test('what the command line cannot use is told', async () => {
  const failure: unknown = await promisify(execFile)(process.execPath, [
    ...ARGUMENTS,
    '--juju=2.9',
  ]).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 1, stderr: expect.stringContaining('3.6, 4.0') });
});
