import { unwatchFile, watchFile } from 'node:fs';

import * as z from 'zod/mini';

import { readText, replaceText } from './files.ts';

const POLL_MS = 100;

const schema = z.object({ version: z.int().check(z.gte(1)) });

/** The application's configuration: a file that the demo writes and every agent watches. */
export class Configuration {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** The version that is wanted now. */
  version(): number {
    const text = readText(this.#path);
    if (text === undefined) throw new Error(`there is no configuration at ${this.#path}`);
    return schema.parse(JSON.parse(text)).version;
  }

  /** Replaces the configuration. */
  write(version: number): void {
    replaceText(this.#path, `${JSON.stringify({ version })}\n`);
  }

  /** Calls back after each change; returns how to stop. */
  watch(onChange: () => void): () => void {
    // As many agents may watch in one process as there are units.
    watchFile(this.#path, { interval: POLL_MS }, onChange).setMaxListeners(0);
    return () => unwatchFile(this.#path, onChange);
  }
}
