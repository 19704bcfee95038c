import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Long enough for a slow machine; an example that waits for ever is ended. */
const TIMEOUT_MS = 60_000;

const LOADER = import.meta.resolve('tsx');

/**
 * How a process ended, and what it said.
 *
 * @typedef {object} Ending
 * @property {number | string | null} code
 * @property {string} stdout
 * @property {string} stderr
 */

/**
 * Runs a program to its end.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<Ending>}
 */
export function run(program, args, options = {}) {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: TIMEOUT_MS, ...options }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : (error.code ?? error.signal ?? null), stdout, stderr });
    });
  });
}

/**
 * Runs a module on the packages' sources, in an empty folder that is removed afterwards.
 *
 * @param {string} path
 * @returns {Promise<Ending>}
 */
export async function runModule(path) {
  const cwd = await mkdtemp(join(tmpdir(), 'baton-docs-'));
  try {
    return await run(process.execPath, ['--conditions=@baton/source', '--import', LOADER, path], {
      cwd,
      env: cleanEnvironment(),
    });
  } finally {
    await rm(cwd, { recursive: true });
  }
}

/** What an example finds in a shell: no test runner, and no Juju. */
export function cleanEnvironment() {
  const environment = { ...process.env };
  for (const name of Object.keys(environment)) {
    if (/^(VITEST|JUJU_|NODE_OPTIONS|NODE_ENV|TEST$)/.test(name)) delete environment[name];
  }
  return environment;
}
