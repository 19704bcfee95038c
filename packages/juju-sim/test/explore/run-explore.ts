import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';

import { runCli } from '../../src/cli/cli.ts';
import type { Output } from '../../src/cli/output.ts';
import { findByEnvironment, killByEnvironment } from '../../src/driver/processes.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const readsSources = ['--import', import.meta.resolve('tsx'), '--conditions=@baton/source'];

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
 * Runs `juju-sim explore` to its end in this process, and what plays in processes of their own.
 *
 * @throws if it leaves a process behind
 */
export async function explore(name: string, ...args: string[]): Promise<Printed> {
  return exploreWith({}, name, ...args);
}

/** The same as `explore`, on a terminal, or with somebody who is told of each text that is printed. */
export async function exploreWith(
  { terminal, onOut }: { terminal?: Output['terminal']; onOut?: (text: string) => void },
  name: string,
  ...args: string[]
): Promise<Printed> {
  let [out, err] = ['', ''];
  const output: Output = {
    out: (text) => {
      out += `${text}\n`;
      onOut?.(text);
    },
    err: (text) => (err += `${text}\n`),
    terminal,
  };
  const code = await withoutLeftovers(() => runCli(['explore', scenario(name), ...args], output));
  return { code, out, err };
}

/**
 * Runs `juju-sim explore` to its end in a process of its own.
 *
 * @throws if it leaves a process behind
 */
export async function exploreInProcess(name: string, ...args: string[]): Promise<Printed> {
  let [out, err] = ['', ''];
  const code = await withoutLeftovers(async () => {
    const child = spawn(process.execPath, [main, 'explore', scenario(name), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    return new Promise<number | null>((closed) => child.once('close', closed));
  });
  return { code, out, err };
}

/**
 * Runs something whose processes read the sources as they are.
 *
 * @throws if it leaves a process behind
 */
async function withoutLeftovers<T>(run: () => Promise<T>): Promise<T> {
  const [variable, value] = ['EXPLORED_BY', randomUUID()];
  const mark = `${variable}=${value}`;
  // A worker gets the options of the process that starts it, and the one of the tests has none for this.
  vi.stubEnv('NODE_OPTIONS', [process.env['NODE_OPTIONS'] ?? '', ...readsSources].join(' '));
  vi.stubEnv(variable, value);
  try {
    const result = await run();
    // The loader's own helper ends a moment after a worker that was killed.
    await vi.waitUntil(async () => (await findByEnvironment(mark)).length === 0, {
      timeout: 10_000,
    });
    return result;
  } finally {
    vi.unstubAllEnvs();
    await killByEnvironment(mark);
  }
}
