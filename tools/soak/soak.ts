import { mkdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { parseUnitName, type UnitName } from '@baton/coordinator';
import { inspectDirectory, type DirectorySnapshot } from '@baton/storage-file';

import { bundle } from './bundle.ts';
import { conclude } from './conclude.ts';
import type { Figures } from './figures.ts';
import { measure, type Size } from './growth.ts';
import type { Message, Order } from './messages.ts';
import type { SoakOptions } from './options.ts';
import { placesIn, type Places } from './places.ts';
import { Random } from './random.ts';
import { Interrupted, type SoakSurroundings } from './run.ts';
import { UnitProcess, type Ending } from './unit-process.ts';
import { insideOf } from './witness.ts';

/** After so many rounds the directory is as large as it should ever be. */
const EARLY_ROUNDS = 100;

/** A roll that stands still for so long has stopped for good, even on a busy machine. */
const STALL_MS = 120_000;

/** A process is killed at some time within this many milliseconds from when that was decided. */
const KILL_WITHIN_MS = 20;

/** Who is to be killed. */
type Victim = 'anybody' | 'leader' | 'whoever is inside';

/**
 * Runs a soak and gives what it has shown. All its processes have ended when the promise settles.
 *
 * @throws {Interrupted} when the signal was aborted
 */
export async function soak(options: SoakOptions, surroundings: SoakSurroundings): Promise<Figures> {
  const { folder } = surroundings;
  const here = fileURLToPath(import.meta.url);
  const places = placesIn(folder);
  mkdirSync(places.journals);
  await bundle(join(here, '..', `agent${extname(here)}`), places.agent);
  return new Soak(options, surroundings, places).run();
}

class Soak {
  readonly #options: SoakOptions;
  readonly #surroundings: SoakSurroundings;
  readonly #places: Places;
  readonly #random: Random;
  readonly #units: readonly UnitName[];
  readonly #processes = new Map<UnitName, UnitProcess>();
  readonly #drained = new Set<UnitName>();
  readonly #kills = { all: 0, leaders: 0, holders: 0, inside: 0 };
  readonly #violations: string[] = [];
  readonly #began = performance.now();
  #phase: 'work' | Order = 'work';
  #served = 0;
  #servedAt = performance.now();
  #retriedHooks = 0;
  #killNextInside = false;
  /** Kills that were decided and whose victims have not come back. */
  readonly #killing = new Set<Promise<void>>();
  #sizeEarly: Size | undefined;
  #over: () => void = () => undefined;

  constructor(options: SoakOptions, surroundings: SoakSurroundings, places: Places) {
    this.#options = options;
    this.#surroundings = surroundings;
    this.#places = places;
    this.#random = new Random(options.seed);
    this.#units = Array.from({ length: options.processes }, (_, index) =>
      parseUnitName(`soak/${index}`),
    );
  }

  async run(): Promise<Figures> {
    const { signal } = this.#surroundings;
    const over = new Promise<void>((resolve) => {
      this.#over = resolve;
    });
    const abort = (): void => this.#over();
    signal.addEventListener('abort', abort);
    const stallTimer = setInterval(() => this.#checkProgress(), 1000);
    try {
      if (signal.aborted) throw new Interrupted();
      for (const unit of this.#units) this.#start(unit);
      await over;
    } finally {
      clearInterval(stallTimer);
      signal.removeEventListener('abort', abort);
      await this.#endAll();
    }
    if (signal.aborted) throw new Interrupted();
    return this.#figures();
  }

  #start(unit: UnitName): void {
    const settings = {
      folder: this.#surroundings.folder,
      unit,
      holders: this.#surroundings.holders ?? 1,
      drain: this.#phase !== 'work',
    };
    const unitProcess: UnitProcess = new UnitProcess(this.#places.agent, settings, (message) =>
      this.#hear(unit, unitProcess, message),
    );
    this.#processes.set(unit, unitProcess);
    void unitProcess.ended.then((ending) => this.#hearEnd(unit, ending));
  }

  #hear(unit: UnitName, from: UnitProcess, message: Message): void {
    if ('violation' in message) this.#violate(message.violation);
    else if ('retried' in message) this.#retriedHooks += 1;
    else if (message.at === 'inside') this.#hearInside(unit, from);
    else if (message.at === 'served') this.#hearServed();
    else this.#hearDrained(unit);
  }

  #hearInside(unit: UnitName, from: UnitProcess): void {
    if (!this.#killNextInside || !from.isRunning) return;
    this.#killNextInside = false;
    this.#track(this.#kill(unit, from));
  }

  #hearServed(): void {
    const { rounds, killEvery } = this.#options;
    this.#served += 1;
    this.#servedAt = performance.now();
    if (this.#served === EARLY_ROUNDS) this.#sizeEarly = measure(this.#places.locks);
    if (this.#served % Math.ceil(rounds / 10) === 0) this.#reportProgress();
    if (this.#phase !== 'work') return;
    if (this.#served >= rounds) this.#track(this.#drain());
    else if (this.#random.onceIn(killEvery)) this.#track(this.#killSomebody());
  }

  #hearDrained(unit: UnitName): void {
    this.#drained.add(unit);
    if (this.#drained.size === this.#units.length && this.#phase === 'drain') this.#tell('close');
  }

  #hearEnd(unit: UnitName, { killed, ok, text }: Ending): void {
    if (killed) return;
    if (!ok || this.#phase !== 'close') this.#violate(`the process of ${unit} ended: ${text}`);
    this.#processes.delete(unit);
    if (this.#processes.size === 0) this.#over();
  }

  /** Lets every unit be served what it has asked for, and ask no more. */
  async #drain(): Promise<void> {
    this.#phase = 'drain';
    this.#tell('drain');
  }

  #tell(order: Order): void {
    this.#phase = order;
    for (const unitProcess of this.#processes.values()) unitProcess.tell(order);
  }

  async #killSomebody(): Promise<void> {
    const victim: Victim = this.#random.pick(['anybody', 'anybody', 'leader', 'whoever is inside']);
    const unit = this.#random.pick(this.#units);
    await pause(this.#random.below(KILL_WITHIN_MS));
    if (victim === 'whoever is inside') {
      this.#killNextInside = true;
      return;
    }
    const chosen = victim === 'leader' ? (await this.#look()).leader?.unit : unit;
    const unitProcess = this.#processes.get(chosen ?? unit);
    if (unitProcess?.isRunning === true) await this.#kill(chosen ?? unit, unitProcess);
  }

  /** Kills a process, sees what it was, and starts the unit again: a killed holder keeps its lock until then. */
  async #kill(unit: UnitName, victim: UnitProcess): Promise<void> {
    victim.kill();
    await victim.ended;
    if (this.#violations.length > 0 || this.#surroundings.signal.aborted) return;
    const { leader, grants, sheets } = await this.#look();
    this.#kills.all += 1;
    if (leader?.process.pid === victim.pid) this.#kills.leaders += 1;
    if (insideOf(this.#places.witness)?.pid === victim.pid) this.#kills.inside += 1;
    const reading = sheets.get(unit);
    const lastTicket = reading?.state === 'present' ? reading.sheet.lastTicket : 0;
    const requests = reading?.state === 'present' ? [...reading.sheet.requests.values()] : [];
    const granted = [...(grants?.values() ?? [])].flatMap((units) => units.get(unit) ?? []);
    // A grant above what was published is the leader's own, of the hook in which it was killed.
    if (granted.some((ticket) => ticket > lastTicket || requests.includes(ticket))) {
      this.#kills.holders += 1;
    }
    if (this.#violations.length === 0 && !this.#surroundings.signal.aborted) this.#start(unit);
  }

  async #look(): Promise<DirectorySnapshot> {
    return inspectDirectory(this.#places.locks);
  }

  #track(work: Promise<void>): void {
    const tracked = work.catch((error: unknown) => {
      this.#violate(
        `the soak itself failed: ${error instanceof Error ? error.stack : String(error)}`,
      );
    });
    this.#killing.add(tracked);
    void tracked.then(() => this.#killing.delete(tracked));
  }

  #checkProgress(): void {
    const silentMs = performance.now() - this.#servedAt;
    if (silentMs < STALL_MS) return;
    this.#violate(`nobody was served for ${Math.round(silentMs / 1000)} s: the roll stands still`);
  }

  #reportProgress(): void {
    const { rounds } = this.#options;
    const seconds = (performance.now() - this.#began) / 1000;
    const each = ((seconds * 1000) / this.#served).toFixed(1);
    this.#surroundings.onProgress(
      `${this.#served} of ${rounds} rounds, ${this.#kills.all} kills, ${seconds.toFixed(0)} s, ${each} ms a round`,
    );
  }

  #violate(violation: string): void {
    this.#violations.push(violation);
    this.#over();
  }

  async #endAll(): Promise<void> {
    const running = [...this.#processes.values()];
    for (const unitProcess of running) unitProcess.kill();
    await Promise.all(running.map(({ ended }) => ended));
    await Promise.all(this.#killing);
  }

  async #figures(): Promise<Figures> {
    const conclusion = await conclude(this.#places, this.#units, this.#violations);
    return {
      seed: this.#options.seed,
      seconds: (performance.now() - this.#began) / 1000,
      kills: { ...this.#kills },
      retriedHooks: this.#retriedHooks,
      sizeEarly: this.#sizeEarly,
      ...conclusion,
    };
  }
}
