import { linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { fileNameOf } from './places.ts';

const NAME = 'inside';

/** Who is in the middle of the operation. */
export interface Inside {
  readonly unit: string;
  readonly pid: number;
}

/** Says that two processes were in the operation at the same time. */
export class TwoHoldersError extends Error {
  override readonly name = 'TwoHoldersError';
}

/**
 * Sees to it that nobody else is in the operation, without any of Baton's code: whoever is inside has
 * exclusively created one file. It is made whole and linked into place, so a process that is killed leaves
 * either none or one that says whose it is.
 */
export class Witness {
  readonly #path: string;
  readonly #own: string;
  readonly #self: Inside;
  readonly #isAlive: (pid: number) => boolean;

  constructor(folder: string, self: Inside, isAlive: (pid: number) => boolean = processExists) {
    mkdirSync(folder, { recursive: true });
    this.#path = join(folder, NAME);
    this.#own = join(folder, `${fileNameOf(self.unit)}.${self.pid}`);
    this.#self = self;
    this.#isAlive = isAlive;
    writeFileSync(this.#own, JSON.stringify(self));
  }

  /**
   * Goes inside. A file that an earlier process of the same unit left when it was killed is taken over: a
   * killed holder keeps its lock.
   *
   * @throws {TwoHoldersError} when another unit, or another live process, is inside
   */
  enter(): void {
    if (this.#link()) return;
    const inside = whoIsInside(this.#path);
    const { unit, pid } = this.#self;
    if (inside?.unit !== unit || this.#isAlive(inside.pid)) {
      const other = inside === undefined ? 'a process that just left' : describe(inside);
      throw new TwoHoldersError(`${unit} (process ${pid}) holds the lock, and so does ${other}`);
    }
    unlinkSync(this.#path);
    if (this.#link()) return;
    throw new TwoHoldersError(`while ${unit} came back to its lock, another one went inside`);
  }

  /**
   * Goes outside. @throws {TwoHoldersError} when somebody else has been inside meanwhile
   */
  leave(): void {
    const inside = whoIsInside(this.#path);
    const { unit, pid } = this.#self;
    if (inside?.unit !== unit || inside.pid !== pid) {
      const other = inside === undefined ? 'nobody' : describe(inside);
      throw new TwoHoldersError(`${unit} (process ${pid}) leaves, and ${other} is inside`);
    }
    unlinkSync(this.#path);
  }

  #link(): boolean {
    try {
      linkSync(this.#own, this.#path);
      return true;
    } catch (error) {
      if (isErrno(error, 'EEXIST')) return false;
      throw error;
    }
  }
}

/** Who is inside, or died inside; undefined where nobody is. */
export function insideOf(folder: string): Inside | undefined {
  return whoIsInside(join(folder, NAME));
}

function whoIsInside(path: string): Inside | undefined {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a witness has written it
    return JSON.parse(readFileSync(path, 'utf8')) as Inside;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function describe({ unit, pid }: Inside): string {
  return `${unit} (process ${pid})`;
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    if (isErrno(error, 'ESRCH')) return false;
    throw error;
  }
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
