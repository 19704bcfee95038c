import { linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { identify, isAlive, type ProcessIdentity } from '../../apps/demo/src/process-identity.ts';
import { fileNameOf } from './places.ts';

const NAME = 'inside';

/** A process that was killed dies when the machine comes to it, even on a busy one within this time. */
const DYING_MS = 5_000;
const DYING_POLL_MS = 2;

/** Who is in the middle of the operation: a unit, and the one process of it. */
export interface Inside extends ProcessIdentity {
  readonly unit: string;
}

/** What a witness may be told of its world. */
export interface WitnessOptions {
  /** Whether a process is alive; the operating system is asked unless given. */
  readonly isAlive?: (process: ProcessIdentity) => boolean;
  /** Whether a unit was removed by force, so that it comes back no more; none is unless given. */
  readonly isGone?: (unit: string) => boolean;
  /** How long a process of a unit that is gone may take to die, in ms. */
  readonly dyingMs?: number;
}

/** Says that two processes were in the operation at the same time. */
export class TwoHoldersError extends Error {
  override readonly name = 'TwoHoldersError';
}

/** This process, as the one that serves a unit. */
export function thisProcessAs(unit: string): Inside {
  const self = identify(process.pid);
  if (self === undefined) throw new Error(`process ${process.pid} cannot be identified`);
  return { unit, ...self };
}

/**
 * Sees to it that nobody else is in the operation, without any of Baton's code: whoever is inside has
 * exclusively created one file. It is made whole and linked into place, so a process that is killed leaves
 * either none or one that says whose it is.
 *
 * The file of a killed process goes on keeping every other unit out, since a unit keeps its lock until its hook
 * was tried again with success. Only a unit that was removed by force keeps nobody out: it gives up its lock
 * by that, and whoever removes it ends its processes. Whoever comes next waits until that process is dead.
 */
export class Witness {
  readonly #path: string;
  readonly #own: string;
  readonly #self: Inside;
  readonly #options: Required<WitnessOptions>;

  constructor(folder: string, self: Inside, options: WitnessOptions = {}) {
    mkdirSync(folder, { recursive: true });
    this.#path = join(folder, NAME);
    this.#own = join(folder, `${fileNameOf(self.unit)}.${self.pid}`);
    this.#self = self;
    this.#options = { isAlive, isGone: () => false, dyingMs: DYING_MS, ...options };
  }

  /** Whether this process is inside. */
  get isInside(): boolean {
    return this.#isSelf(whoIsInside(this.#path));
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
    if (this.#isSelf(inside)) return;
    const { unit, pid } = this.#self;
    if (inside === undefined || !this.#mayTakeOver(inside)) {
      const other = inside === undefined ? 'a process that just left' : describe(inside);
      throw new TwoHoldersError(`${unit} (process ${pid}) holds the lock, and so does ${other}`);
    }
    this.#takeOver();
  }

  /**
   * Takes over what an earlier process of the same unit left inside when it was killed, and nothing else. Call
   * it when the unit runs again what was killed: it holds the lock until that has succeeded, whether or not it
   * has anything left to do under it.
   *
   * @throws {TwoHoldersError} when somebody else goes inside at that instant
   */
  comeBack(): void {
    const inside = whoIsInside(this.#path);
    if (inside?.unit !== this.#self.unit || this.#isSelf(inside)) return;
    if (!this.#options.isAlive(inside)) this.#takeOver();
  }

  /**
   * Goes outside. @throws {TwoHoldersError} when somebody else has been inside meanwhile
   */
  leave(): void {
    const inside = whoIsInside(this.#path);
    const { unit, pid } = this.#self;
    if (!this.#isSelf(inside)) {
      const other = inside === undefined ? 'nobody' : describe(inside);
      throw new TwoHoldersError(`${unit} (process ${pid}) leaves, and ${other} is inside`);
    }
    unlinkSync(this.#path);
  }

  #isSelf(inside: Inside | undefined): boolean {
    const { unit, pid, began } = this.#self;
    return inside?.unit === unit && inside.pid === pid && inside.began === began;
  }

  #mayTakeOver(inside: Inside): boolean {
    const { isGone, dyingMs } = this.#options;
    if (inside.unit === this.#self.unit) return !this.#options.isAlive(inside);
    return isGone(inside.unit) && this.#diesWithin(inside, dyingMs);
  }

  #diesWithin(inside: Inside, ms: number): boolean {
    const deadline = performance.now() + ms;
    while (this.#options.isAlive(inside)) {
      if (performance.now() >= deadline) return false;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, DYING_POLL_MS);
    }
    return true;
  }

  #takeOver(): void {
    unlinkSync(this.#path);
    if (this.#link()) return;
    const { unit } = this.#self;
    throw new TwoHoldersError(`while ${unit} came back to its lock, another one went inside`);
  }

  #link(): boolean {
    writeFileSync(this.#own, JSON.stringify(this.#self));
    try {
      linkSync(this.#own, this.#path);
      return true;
    } catch (error) {
      if (isErrno(error, 'EEXIST')) return false;
      throw error;
    } finally {
      unlinkSync(this.#own);
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

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
