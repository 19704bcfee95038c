import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { cleanEnvironment } from './run.mjs';

const LOADER = import.meta.resolve('tsx');
const FILES_COMMAND = fileURLToPath(
  new URL('../../packages/storage-file/src/cli/main.ts', import.meta.url),
);

/**
 * What a reader's shell has after `npm install`, made of this workspace: `tsx` is found, packages are found,
 * and so is `baton-files`. Installing is for another test, which needs packages that were built.
 */
const PRELUDE = `
set -e
npm() { if [ "$1" = install ]; then :; else command npm "$@"; fi; }
npx() {
  if [ "$1" = baton-files ]; then shift; node --import '${LOADER}' '${FILES_COMMAND}' "$@"; return; fi
  echo "no npx $1 here" >&2; return 1
}
`;

/** A shell that goes on from one block to the next, as a reader's does. */
export class Shell {
  /** @type {import('node:child_process').ChildProcessWithoutNullStreams} */
  #process;
  #output = '';
  #errors = '';
  /** @type {() => void} */
  #onOutput = () => undefined;

  /** @param {string} folder where it begins */
  constructor(folder) {
    const env = { ...cleanEnvironment(), NODE_OPTIONS: '--conditions=@baton/source' };
    this.#process = spawn('bash', ['--norc', '--noprofile'], { cwd: folder, env, detached: true });
    this.#process.stdout.setEncoding('utf8').on('data', (text) => this.#take(text));
    this.#process.stderr.setEncoding('utf8').on('data', (text) => (this.#errors += text));
    this.#process.once('exit', () => this.#take(''));
    this.#process.stdin.write(PRELUDE);
  }

  /**
   * Runs the lines of a block and gives what they print; rejects where one of them fails.
   *
   * @param {string} lines
   * @returns {Promise<string>}
   */
  async run(lines) {
    const mark = `--- ${Math.random().toString(36).slice(2)} ---`;
    this.#output = '';
    this.#process.stdin.write(`${lines}\nprintf '\\n%s\\n' '${mark}'\n`);
    for (;;) {
      const end = this.#output.indexOf(`\n${mark}\n`);
      if (end >= 0) return this.#output.slice(0, end);
      if (this.#hasEnded()) {
        throw new Error(`the shell ended in:\n${lines}\n${this.#output}\n${this.#errors}`);
      }
      await new Promise((resolve) => {
        this.#onOutput = () => resolve(undefined);
      });
    }
  }

  /** Ends the shell and everything it started. */
  end() {
    const { pid } = this.#process;
    if (pid === undefined || this.#hasEnded()) return;
    // Its process group: what it started in the background is in it.
    process.kill(-pid, 'SIGKILL');
  }

  #hasEnded() {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  /** @param {string} text */
  #take(text) {
    this.#output += text;
    this.#onOutput();
  }
}
