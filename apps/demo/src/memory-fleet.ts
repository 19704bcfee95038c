import { appendFileSync } from 'node:fs';

import { explainLock, parseLockName, type Logger } from '@baton/coordinator';
import { MemoryCluster } from '@baton/storage-memory';

import { Configuration } from './configuration.ts';
import type { Fleet, LockLook } from './fleet.ts';
import { makePolicy } from './policy-choice.ts';
import { configurationPath, runUnit, type UnitSettings } from './run-unit.ts';
import { unitFolder, type UnitFolder } from './unit-folder.ts';

/** Runs every agent in this process, on one lock in memory. */
export class MemoryFleet implements Fleet {
  readonly units: readonly string[];
  readonly patienceMs = 60_000;
  readonly folders: ReadonlyMap<string, UnitFolder>;
  readonly #configuration: Configuration;
  readonly #settings: readonly UnitSettings[];
  readonly #cluster = new MemoryCluster({ application: 'web' });
  readonly #agents = new Map<
    string,
    { readonly stop: AbortController; readonly ended: Promise<void> }
  >();
  #failure: unknown;

  constructor(settings: readonly UnitSettings[]) {
    this.#settings = settings;
    this.units = settings.map(({ unit }) => unit);
    this.folders = new Map(
      settings.map(({ unit, runFolder }) => [unit, unitFolder(runFolder, unit)]),
    );
    this.#configuration = new Configuration(configurationPath(settings[0]?.runFolder ?? ''));
  }

  configure(version: number): void {
    this.#configuration.write(version);
  }

  start(): void {
    for (const unit of this.units) this.#cluster.addUnit(unit);
    this.#cluster.elect(this.units[0]);
    for (const settings of this.#settings) {
      const stop = new AbortController();
      this.#agents.set(settings.unit, { stop, ended: this.#run(settings, stop.signal) });
    }
  }

  look(): Promise<LockLook> {
    const { leader, sheets, grants, units } = this.#cluster.inspect();
    if (grants instanceof Error) return Promise.reject(grants);
    const lock = parseLockName('restart');
    const policy = makePolicy(this.#settings[0]?.policy ?? 'serial');
    const now = Date.now() * 1000;
    const explanation = explainLock({ lock, grants, sheets, liveUnits: units, policy, now });
    return Promise.resolve({ leader, explanation });
  }

  agentRuns(unit: string): boolean {
    return this.#agents.has(unit);
  }

  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  async stop(): Promise<void> {
    const agents = [...this.#agents.values()];
    for (const { stop } of agents) stop.abort();
    await Promise.all(agents.map(({ ended }) => ended));
  }

  async #run(settings: UnitSettings, signal: AbortSignal): Promise<void> {
    const { agentLog } = unitFolder(settings.runFolder, settings.unit);
    const store = this.#cluster.store(settings.unit);
    try {
      await runUnit(settings, store, signal, fileLogger(agentLog));
    } catch (error) {
      this.#failure = error;
    }
  }
}

function fileLogger(path: string): Logger {
  const write = (message: string): void => appendFileSync(path, `${message}\n`);
  return { debug: write, info: write, warn: write, error: write };
}
