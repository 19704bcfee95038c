import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { cpus, release, totalmem, type } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import * as z from 'zod/mini';

/** What ran, and on what. */
export const machineSchema = z.strictObject({
  processor: z.string(),
  cores: z.number(),
  gigabytes: z.number(),
  system: z.string(),
  node: z.string(),
  /** Absent where there is none. */
  python: z.optional(z.string()),
  /** Versions by the names of packages. */
  packages: z.record(z.string(), z.string()),
  /** The day, as `2026-01-31`. */
  day: z.string(),
});

/** See {@link machineSchema}. */
export type Machine = z.infer<typeof machineSchema>;

const run = promisify(execFile);
const shown = ['charmhelpers', 'charmlibs-rollingops', 'ops'];

/** @param python the program of Python, if there is one */
export async function describeMachine(python: string | undefined): Promise<Machine> {
  const processors = cpus();
  const version = python === undefined ? undefined : (await run(python, ['--version'])).stdout;
  return {
    processor: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    gigabytes: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    ...(version === undefined ? {} : { python: version.replace('Python', '').trim() }),
    packages: { baton: await batonVersion(), ...(await pythonPackages()) },
    day: new Date().toISOString().slice(0, 10),
  };
}

async function batonVersion(): Promise<string> {
  const path = new URL('../packages/coordinator/package.json', import.meta.url);
  return z.object({ version: z.string() }).parse(JSON.parse(await readFile(path, 'utf8'))).version;
}

async function pythonPackages(): Promise<Record<string, string>> {
  const path = fileURLToPath(new URL('../tools/interop/requirements.txt', import.meta.url));
  const lines = (await readFile(path, 'utf8')).split('\n');
  return Object.fromEntries(
    lines.map((line) => line.split('==')).filter(([name = '']) => shown.includes(name)),
  );
}
