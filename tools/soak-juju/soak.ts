import { appendFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { startApplication, type Application } from '@baton/juju-sim';

import { packCharm } from '../../apps/demo/src/pack/pack-charm.ts';
import { readJournal } from '../soak/journal.ts';
import { Random } from '../soak/random.ts';
import { Interrupted, type SoakSurroundings } from '../soak/run.ts';
import { insideOf } from '../soak/witness.ts';
import { Faults } from './faults.ts';
import type { JujuFigures } from './figures.ts';
import { Leadership } from './leadership.ts';
import type { JujuSoakOptions } from './options.ts';
import { leftSince, ownTraces } from './own-traces.ts';
import { placesIn, SOAK_FOLDER_FILE, type Places } from './places.ts';
import { openRequests, unitsBehind, unserved } from './unserved.ts';
import { readViolations } from './violations.ts';
import { Waits } from './waits.ts';

/** The configuration changes before all units have restarted for the last change, or after this time at the latest. */
const CHANGE_WITHIN_MS = 20_000;
const CHANGE_POLL_MS = 100;

/** Whoever is served takes this long even on a busy machine, and what waits for Juju's time comes on top. */
const PATIENCE_MS = 90_000;
/** The longest that Juju lets anything wait, in its own time: a hook that fails again and again. */
const JUJU_PATIENCE_MS = 600_000;

const PROGRESS_MS = 10_000;
const WATCH_MS = 250;
const SERVED_POLL_MS = 50;

/** Who logs how each hook ended. */
const HOOK_LOGGER = 'juju.worker.uniter.operation';

/**
 * Runs a soak and gives what it has shown. All its processes have ended when the promise settles.
 *
 * @throws {Interrupted} when the signal was aborted
 */
export async function soakJuju(
  options: JujuSoakOptions,
  surroundings: SoakSurroundings,
): Promise<JujuFigures> {
  if (process.platform !== 'linux') {
    throw new Error(`the soak reads /proc, which ${process.platform} has not: run it on Linux`);
  }
  const here = fileURLToPath(import.meta.url);
  const places = placesIn(surroundings.folder);
  mkdirSync(places.journals);
  await packCharm({ folder: places.charm, program: join(here, '..', `charm${extname(here)}`) });
  writeFileSync(join(places.charm, SOAK_FOLDER_FILE), surroundings.folder);
  return new JujuSoak(options, surroundings, places).run();
}

class JujuSoak {
  readonly #options: JujuSoakOptions;
  readonly #surroundings: SoakSurroundings;
  readonly #places: Places;
  readonly #leadership = new Leadership();
  readonly #waits = new Waits();
  readonly #violations: string[] = [];
  readonly #began = performance.now();
  readonly #patienceMs: number;
  /** Aborted when there is nothing more to do: interrupted, or something has gone wrong. */
  readonly #over = new AbortController();
  #version = 1;
  #hooksFailed = 0;
  #servedAfterMs = 0;

  constructor(options: JujuSoakOptions, surroundings: SoakSurroundings, places: Places) {
    this.#options = options;
    this.#surroundings = surroundings;
    this.#places = places;
    this.#patienceMs = PATIENCE_MS + JUJU_PATIENCE_MS / options.speed;
  }

  async run(): Promise<JujuFigures> {
    const { signal } = this.#surroundings;
    const abort = (): void => this.#over.abort();
    signal.addEventListener('abort', abort);
    const before = ownTraces();
    let figures: JujuFigures;
    try {
      if (signal.aborted) throw new Interrupted();
      figures = await this.#runApplication();
    } finally {
      signal.removeEventListener('abort', abort);
    }
    if (signal.aborted) throw new Interrupted();
    return { ...figures, violations: [...figures.violations, ...(await leftSince(before))] };
  }

  async #runApplication(): Promise<JujuFigures> {
    const { juju, units, speed, seed } = this.#options;
    const { holders = 1 } = this.#surroundings;
    let watched: Application | undefined;
    const app = await startApplication({
      charm: this.#places.charm,
      juju,
      units,
      speed,
      seed,
      config: {
        version: this.#version,
        policy: holders === 1 ? 'serial' : `limit=${holders}`,
        guardian: process.pid,
      },
      onLog: (entry) => this.#hear(entry),
      onChange: () => {
        if (watched !== undefined) this.#look(watched);
      },
    });
    watched = app;
    const faults = new Faults({
      app,
      places: this.#places,
      random: new Random(seed),
      leadership: this.#leadership,
      units,
      speed,
      onFailure: (error) => this.#fail(error),
    });
    try {
      await this.#work(app, faults);
    } catch (error) {
      this.#fail(error);
    } finally {
      watched = undefined;
      await app.stop();
    }
    return this.#conclude(app, faults);
  }

  async #work(app: Application, faults: Faults): Promise<void> {
    const ended = new AbortController();
    const watching = this.#watch(app, faults, ended.signal);
    // The simulator itself may fail. It rejects when it is stopped, too, which is long after the end of this.
    app
      .until(() => ended.signal.aborted)
      .catch((error: unknown) => {
        if (!ended.signal.aborted) this.#fail(error);
      });
    try {
      const faultsOver = new AbortController();
      const endFaults = (): void => faultsOver.abort();
      this.#over.signal.addEventListener('abort', endFaults);
      const timer = setTimeout(endFaults, this.#options.minutes * 60_000);
      try {
        const { signal } = faultsOver;
        await Promise.all([this.#changeConfig(app, signal), this.#strike(faults, signal)]);
      } finally {
        clearTimeout(timer);
      }
      if (this.#over.signal.aborted) return;
      await this.#serveEveryone(app, faults);
    } finally {
      faults.end();
      ended.abort();
      await watching;
    }
  }

  /** Changes the configuration all the time, when so many units have restarted: a roll is always under way. */
  async #changeConfig(app: Application, over: AbortSignal): Promise<void> {
    const random = new Random(this.#options.seed + 1);
    while (!over.aborted) {
      // Where nobody is behind nobody waits either, and the leader grants itself the lock in the hook that asks.
      const behind = random.onceIn(2) ? 0 : random.below(this.#options.units);
      const deadline = performance.now() + CHANGE_WITHIN_MS;
      while (await waited(CHANGE_POLL_MS, over)) {
        if (unitsBehind(app, this.#version) <= behind || performance.now() > deadline) break;
      }
      if (!over.aborted) this.#configure(app);
    }
  }

  async #strike(faults: Faults, over: AbortSignal): Promise<void> {
    const random = new Random(this.#options.seed + 2);
    while (await waited(random.below(2 * this.#options.faultEvery), over)) await faults.strike();
  }

  /** Ends the faults, changes the configuration once more, and waits until every unit has it and nobody waits. */
  async #serveEveryone(app: Application, faults: Faults): Promise<void> {
    faults.end();
    this.#configure(app);
    this.#surroundings.onProgress('no more faults: everyone is to be served');
    const began = performance.now();
    const { juju } = this.#options;
    for (;;) {
      const left = unserved(app, juju, this.#version);
      this.#servedAfterMs = performance.now() - began;
      if (left.length === 0 && app.status().settled) return;
      if (this.#servedAfterMs > this.#patienceMs) {
        for (const sentence of left) this.#violate(`after the last fault, in the end: ${sentence}`);
        return;
      }
      if (!(await waited(SERVED_POLL_MS, this.#over.signal))) return;
    }
  }

  #configure(app: Application): void {
    this.#version += 1;
    app.setConfig({ version: this.#version });
  }

  /** Looks what the hooks have reported, whether the roll goes on, and tells how far it is. */
  async #watch(app: Application, faults: Faults, ended: AbortSignal): Promise<void> {
    let [restarts, restartedAt, toldAt] = [0, performance.now(), performance.now()];
    while (await waited(WATCH_MS, ended)) {
      if (readViolations(this.#places.violations).length > 0) this.#over.abort();
      const now = performance.now();
      const restartsNow = this.#restarts();
      if (restartsNow > restarts) [restarts, restartedAt] = [restartsNow, now];
      const silentMs = now - restartedAt;
      if (silentMs > this.#patienceMs)
        this.#violate(`nobody has restarted for ${seconds(silentMs)} s: the roll stands still`);
      if (now - toldAt < PROGRESS_MS) continue;
      toldAt = now;
      this.#surroundings.onProgress(
        `${seconds(now - this.#began)} s: ${app.counters.hooks} hooks, ${restarts} restarts, ` +
          `${faults.counts.hooksKilled + faults.counts.insideKilled} hooks killed, ` +
          `${this.#leadership.moves} leader moves, ${app.status().units.length} units, ` +
          `longest wait ${seconds(this.#waits.longestMs)} s`,
      );
    }
  }

  #look(app: Application): void {
    this.#leadership.look(app.leader);
    const units = new Set(app.status().units.map(({ unit }) => unit));
    this.#waits.look(openRequests(app), units, performance.now());
  }

  #hear({ at, unit, level, logger, message }: Application['log'][number]): void {
    appendFileSync(
      this.#places.log,
      `${new Date(at).toISOString()} ${Math.round(performance.now() - this.#began)} ${unit} ${level} ${logger} ${message}\n`,
    );
    if (logger !== HOOK_LOGGER) return;
    this.#leadership.hookEnded(unit);
    if (level === 'ERROR') this.#hooksFailed += 1;
  }

  #restarts(): number {
    return readdirSync(this.#places.journals)
      .flatMap((name) => readJournal(join(this.#places.journals, name)))
      .filter(({ event }) => event === 'ended').length;
  }

  #fail(error: unknown): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#violate(`the soak itself failed: ${text}`);
  }

  #violate(violation: string): void {
    this.#violations.push(violation);
    this.#over.abort();
  }

  /** Looks at what is left once the application was stopped. */
  async #conclude(app: Application, faults: Faults): Promise<JujuFigures> {
    const { seed, juju } = this.#options;
    const { hooks, toolCalls } = app.counters;
    const violations = [...readViolations(this.#places.violations), ...this.#violations];
    const inside = insideOf(this.#places.witness);
    // Where something has gone wrong, hooks were ended in the middle of what they did.
    if (violations.length === 0 && inside !== undefined)
      violations.push(`${inside.unit} is still inside the restart`);
    for (const pid of await app.processes()) violations.push(`the process ${pid} is left`);
    if (existsSync(app.folder)) violations.push(`the folder ${app.folder} is left`);
    return {
      seed,
      juju,
      seconds: (performance.now() - this.#began) / 1000,
      hooks,
      toolCalls,
      hooksFailed: this.#hooksFailed,
      restarts: this.#restarts(),
      version: this.#version,
      faults: { ...faults.counts },
      leaderMoves: this.#leadership.moves,
      units: app.status().units.length,
      longestWaitSeconds: this.#waits.longestMs / 1000,
      servedAfterSeconds: this.#servedAfterMs / 1000,
      violations,
    };
  }
}

/** Waits; resolves to whether it was for all that time, and not aborted. */
async function waited(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await pause(ms, undefined, { signal });
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(0);
}
