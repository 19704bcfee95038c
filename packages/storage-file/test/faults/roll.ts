import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { LockStoreError, parseLockName, Serial, systemClock, type Clock } from '@baton/coordinator';
import { isTemporaryName } from '../../src/document-names.ts';
import type { FileLockStore } from '../../src/file-lock-store.ts';
import { inspectDirectory } from '../../src/index.ts';
import { hook, namesIn, newStore } from '../places.ts';
import type { TestingFileSystem } from '../testing-file-system.ts';

const LOCK = 'restart';

/** How long a unit waits for a new leader that cannot write. */
const TAKEOVER_WAIT_MS = 200;

/** What a unit says when that was not long enough. */
const LEADER_HANGS = /taking over leadership .* try again, or see why it hangs/;

/** Three units are through long before so many hooks of each. */
const HOOKS_MAX = 30;

/** A clock that a test can set. */
interface SettableClock extends Clock {
  /** By how many milliseconds it is wrong. */
  wrongByMs: number;
}

/** One unit of a roll. */
export interface Unit {
  readonly name: string;
  readonly store: FileLockStore;
  readonly fileSystem: TestingFileSystem;
  readonly serial: Serial;
  readonly clock: SettableClock;
  /** The tickets under which it was served. */
  readonly served: number[];
  /** What went wrong in its hooks. */
  readonly errors: LockStoreError[];
  /** What it said in its log. */
  readonly warnings: string[];
}

/**
 * Three units that are to restart one after another. Each is run hook by hook, all at the same time; the
 * restart itself sees to it that it is alone.
 */
export class Roll {
  readonly directory: string;
  readonly units: readonly Unit[];
  /** How often each unit is to be served. */
  wanted = 1;
  #inside: string | undefined;

  constructor(directory: string) {
    this.directory = directory;
    this.units = ['db/0', 'db/1', 'db/2'].map((name) => newUnit(directory, name));
  }

  /** The unit of this number. */
  unit(number: number): Unit {
    const unit = this.units[number];
    if (unit === undefined) throw new RangeError(`there is no unit ${number}`);
    return unit;
  }

  /** Runs one hook of a unit; keeps what it fails with. */
  async hook(unit: Unit): Promise<void> {
    const { serial, served, errors } = unit;
    try {
      await serial.run(async () => {
        if (served.length >= this.wanted && !serial.requested(LOCK)) return;
        if (!(await serial.acquire(LOCK))) return;
        const [ticket] = serial.requests.get(unit.name)?.values() ?? [];
        if (ticket === undefined) throw new Error(`${unit.name} holds what it has not asked for`);
        await this.#restart(unit.name);
        served.push(ticket);
      });
    } catch (error) {
      if (!LockStoreError.is(error)) throw error;
      errors.push(error);
    }
  }

  /** Runs a hook of every unit, all at once. */
  async hooksOfAll(): Promise<void> {
    await Promise.all(this.units.map((unit) => this.hook(unit)));
  }

  /** Runs hooks of every unit until all have been served, and have given the lock back. */
  async finish(): Promise<void> {
    for (let hooks = 0; hooks < HOOKS_MAX; hooks += 1) {
      await this.hooksOfAll();
      if (this.units.every(({ served }) => new Set(served).size >= this.wanted)) break;
    }
    for (const { name, served } of this.units) {
      assert.equal(new Set(served).size, this.wanted, `${name} was not served often enough`);
      const inOrder = served.toSorted((a, b) => a - b);
      assert.deepEqual(served, inOrder, `the tickets of ${name} do not increase`);
    }
    await this.hooksOfAll();
  }

  /** Lets all units come back, and gives the temporary files that are there all the same. */
  async leftBehind(): Promise<readonly string[]> {
    for (const { name, store } of this.units) {
      await store.close();
      await hook(newStore(this.directory, name).store, async () => undefined);
    }
    return namesIn(this.directory).filter(isTemporaryName);
  }

  /** Brings the roll to its middle: one unit has been served, one holds the lock, one waits. */
  async toTheMiddle(): Promise<void> {
    const [first, second, third] = [this.unit(0), this.unit(1), this.unit(2)];
    // The first one to come leads, and is granted the lock at once; it keeps it while the others ask.
    await first.serial.run(async () => {
      assert.equal(await first.serial.acquire(LOCK), true);
      const [ticket = 0] = first.serial.requests.get(first.name)?.values() ?? [];
      await this.hook(second);
      await this.hook(third);
      first.served.push(ticket);
    });
    await this.hook(first);
    const { grants, leader } = await inspectDirectory(this.directory);
    const holders = [...(grants?.get(parseLockName(LOCK))?.keys() ?? [])];
    assert.deepEqual([leader?.unit, holders], [first.name, [second.name]]);
    assert.deepEqual([second.served, third.served], [[], []]);
    assert.deepEqual(this.takeTroubles().errors, []);
  }

  /** Forgets what has gone wrong, and gives it back: the errors, and the lines of the log. */
  takeTroubles(): { readonly errors: LockStoreError[]; readonly warnings: string[] } {
    const errors = this.units.flatMap((unit) => unit.errors.splice(0));
    const warnings = this.units.flatMap((unit) => unit.warnings.splice(0));
    return { errors, warnings };
  }

  /** The path of a document. */
  pathOf(name: string): string {
    return join(this.unit(0).store.path, name);
  }

  /** The bytes of all documents, by their names. */
  documents(): ReadonlyMap<string, string> {
    const names = namesIn(this.directory).filter((name) => !isTemporaryName(name));
    return new Map(names.map((name) => [name, readFileSync(this.pathOf(name), 'hex')]));
  }

  async #restart(name: string): Promise<void> {
    assert.equal(this.#inside, undefined, `${name} begins, and another unit is inside`);
    this.#inside = name;
    // Others get as many turns as they could use.
    for (let turns = 0; turns < 20; turns += 1) await new Promise(setImmediate);
    assert.equal(this.#inside, name, `another unit came in beside ${name}`);
    this.#inside = undefined;
  }
}

function ignore(): void {}

function newUnit(directory: string, name: string): Unit {
  const { store, fileSystem } = newStore(directory, name, {}, { takeoverWaitMs: TAKEOVER_WAIT_MS });
  const warnings: string[] = [];
  const clock: SettableClock = {
    wrongByMs: 0,
    nowMicros: () => systemClock.nowMicros() + clock.wrongByMs * 1000,
    monotonicMs: () => systemClock.monotonicMs(),
    every: (intervalMs, callback) => systemClock.every(intervalMs, callback),
  };
  const warn = (line: string): void => {
    warnings.push(line);
  };
  const serial = new Serial({
    store,
    clock,
    logger: { debug: ignore, info: ignore, warn, error: warn },
  });
  return { name, store, fileSystem, serial, clock, served: [], errors: [], warnings };
}

/** What an error has to be and to say. */
export interface Clear {
  readonly code: string;
  readonly errno?: string;
  readonly advice: string;
}

/**
 * The errors that do not say what is wrong, where, and what to do about it. Where the fault stops a unit in
 * the middle of taking over leadership, the others say that instead.
 */
export function unclear(errors: readonly LockStoreError[], clear: Clear): string[] {
  const messages = errors.map(({ code, path = 'no path', message }) => {
    const hangs = code === 'UNAVAILABLE' && LEADER_HANGS.test(message);
    const said = message.includes(path) && message.includes(clear.advice);
    const named = code === clear.code && message.includes(clear.errno ?? '');
    return hangs || (said && named) ? '' : `${code}, ${path}: ${message}`;
  });
  return messages.filter((message) => message !== '');
}
