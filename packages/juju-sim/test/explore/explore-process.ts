import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';

import { findByEnvironment, killByEnvironment } from '../../src/driver/processes.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** How the command ended, and what it printed. */
export interface Printed {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The path of a scenario of the tests. */
export function scenario(name: string): string {
  return fileURLToPath(new URL(`../fixtures/scenarios/${name}.ts`, import.meta.url));
}

/**
 * Runs `juju-sim explore` to its end, in a process of its own.
 *
 * @throws if it leaves a process behind
 */
export async function explore(name: string, ...args: string[]): Promise<Printed> {
  const mark = `EXPLORED_BY=${randomUUID()}`;
  const [variable = '', value] = mark.split('=');
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--conditions=@baton/source', main, 'explore', scenario(name), ...args],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, [variable]: value } },
  );
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const code = await new Promise<number | null>((closed) => child.once('close', closed));
  try {
    // The loader's own helper ends a moment after a worker that was killed.
    await vi.waitUntil(async () => (await findByEnvironment(mark)).length === 0, {
      timeout: 10_000,
    });
  } finally {
    await killByEnvironment(mark);
  }
  return { code, out, err };
}
