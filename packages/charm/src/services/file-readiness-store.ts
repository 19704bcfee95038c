import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import * as z from 'zod/mini';
import { $ZodError } from 'zod/v4/core';
import type { ReadinessStore, ServiceRecords } from './readiness-store.ts';
import { ServiceError } from './service-error.ts';

/** Where a {@link FileReadinessStore} writes. */
export interface FileReadinessOptions {
  /**
   * The file; by default `.baton-services.json` in the charm's directory, which is `JUJU_CHARM_DIR` or, where
   * that is not set, the working directory. Each unit needs a file of its own.
   */
  readonly path?: string;
}

interface StateFile {
  readonly version: 1;
  readonly services: readonly {
    readonly service: string;
    readonly ready: boolean;
    readonly ports: readonly string[];
  }[];
}

const stateFileSchema: z.ZodMiniType<StateFile> = z.strictObject({
  version: z.literal(1),
  services: z.array(
    z.strictObject({ service: z.string(), ready: z.boolean(), ports: z.array(z.string()) }),
  ),
});

/**
 * Remembers in a file, which is replaced as a whole: after a power cut it holds what was written last or what
 * was there before. A file that cannot be understood is an error and stays as it is.
 */
export class FileReadinessStore implements ReadinessStore {
  /** The file, as an absolute path. */
  readonly path: string;

  /** Decides which file it is, and touches nothing. */
  constructor(options: FileReadinessOptions = {}) {
    const folder = process.env['JUJU_CHARM_DIR'] || '.';
    this.path = resolve(options.path ?? join(folder, '.baton-services.json'));
  }

  /**
   * What was written last; empty where there is no file.
   *
   * @throws {ServiceError} `STATE_CORRUPT`, `STATE_UNAVAILABLE`
   */
  async read(): Promise<ServiceRecords> {
    const text = await this.#readText();
    if (text === undefined) return new Map();
    try {
      const { services } = stateFileSchema.parse(JSON.parse(text));
      return new Map(services.map(({ service, ready, ports }) => [service, { ready, ports }]));
    } catch (error) {
      if (!(error instanceof SyntaxError) && !(error instanceof $ZodError)) throw error;
      throw new ServiceError(
        'STATE_CORRUPT',
        `${this.path} does not say which services were ready, and is left as it is; mend it, or remove it: ` +
          'then no service counts as ready before, and ports opened earlier stay open unless they are still listed.',
        { cause: error, path: this.path },
      );
    }
  }

  /**
   * Replaces the file, and returns when that is on the disk.
   *
   * @throws {ServiceError} `STATE_UNAVAILABLE`
   */
  async write(records: ServiceRecords): Promise<void> {
    const services = [...records].map(([service, { ready, ports }]) => ({ service, ready, ports }));
    const state: StateFile = { version: 1, services };
    // One unit runs one hook at a time, so one name will do; what a crash leaves there is written over.
    const temporary = `${this.path}.tmp`;
    try {
      await writeThrough(temporary, `${JSON.stringify(state)}\n`);
      await rename(temporary, this.path);
      await syncFolder(dirname(this.path));
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined);
      throw this.#unavailable(error, 'write');
    }
  }

  async #readText(): Promise<string | undefined> {
    try {
      return await readFile(this.path, 'utf8');
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return undefined;
      throw this.#unavailable(error, 'read');
    }
  }

  #unavailable(error: unknown, tried: string): unknown {
    const errno = errnoOf(error);
    if (errno === undefined) return error;
    return new ServiceError(
      'STATE_UNAVAILABLE',
      `cannot ${tried} ${this.path}, which says which services were ready: ${errno}; see to the disk and to the ` +
        'rights of this user, and run the hook again',
      { cause: error, path: this.path },
    );
  }
}

async function writeThrough(path: string, text: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** The name of a system error, such as `ENOENT`; undefined for what is none. */
function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
