import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

import { EMPTY_GRANT_SHEET, explainLock, LockStoreError, parseLockName } from '@baton/coordinator';
import { inspectDirectory, type DirectorySnapshot } from '@baton/storage-file';

import { Configuration } from './configuration.ts';
import { readText, replaceText } from './files.ts';
import type { Fleet, LockLook } from './fleet.ts';
import { makePolicy } from './policy-choice.ts';
import { identify } from './process-identity.ts';
import { configurationPath, lockDirectory, type UnitSettings } from './run-unit.ts';
import { unitFolder, type UnitFolder } from './unit-folder.ts';

const STOP_GRACE_MS = 2_000;
const LOG_TAIL_LINES = 12;

/** Runs every agent as a process of its own, on one lock in a directory. */
export class FileFleet implements Fleet {
  readonly units: readonly string[];
  readonly patienceMs = 60_000;
  readonly folders: ReadonlyMap<string, UnitFolder>;
  readonly #configuration: Configuration;
  readonly #settings: ReadonlyMap<string, UnitSettings>;
  readonly #agentProgram: string;
  readonly #agents = new Map<string, ChildProcess>();
  /** Whether the directory was there once. */
  #wasSeen = false;

  constructor(settings: readonly UnitSettings[], agentProgram: string) {
    this.units = settings.map(({ unit }) => unit);
    this.folders = new Map(
      settings.map(({ unit, runFolder }) => [unit, unitFolder(runFolder, unit)]),
    );
    this.#configuration = new Configuration(configurationPath(settings[0]?.runFolder ?? ''));
    this.#settings = new Map(settings.map((each) => [each.unit, each]));
    this.#agentProgram = agentProgram;
  }

  configure(version: number): void {
    this.#configuration.write(version);
  }

  start(): void {
    for (const unit of this.units) this.revive(unit);
  }

  async look(): Promise<LockLook> {
    const { runFolder, policy } = this.#settingsOf(this.units[0] ?? '');
    const state = await this.#inspect(lockDirectory(runFolder));
    if (state?.grants === undefined && state !== undefined) {
      throw new Error(state.problems.map(({ message }) => message).join('\n'));
    }
    const members = [...(state?.members.keys() ?? [])];
    const explanation = explainLock({
      lock: parseLockName('restart'),
      grants: state?.grants ?? EMPTY_GRANT_SHEET,
      sheets: state?.sheets ?? new Map(),
      liveUnits: new Map(members.map((unit) => [unit, 'alive'])),
      policy: makePolicy(policy),
      now: Date.now() * 1000,
    });
    const leader = state?.leader?.process.state === 'alive' ? state.leader.unit : undefined;
    return { leader, explanation };
  }

  agentRuns(unit: string): boolean {
    const agent = this.#agents.get(unit);
    return agent !== undefined && !hasEnded(agent);
  }

  check(): void {
    for (const [unit, agent] of this.#agents) {
      if (hasEnded(agent))
        throw new Error(`the agent of ${unit} ended by itself:\n${this.#tail(unit)}`);
    }
  }

  async kill(unit: string): Promise<void> {
    const agent = this.#agents.get(unit);
    if (agent === undefined) throw new RangeError(`${unit} has no agent`);
    this.#agents.delete(unit);
    agent.kill('SIGKILL');
    await ended(agent);
  }

  revive(unit: string): void {
    const settings = this.#settingsOf(unit);
    const folder = unitFolder(settings.runFolder, unit);
    const log = openSync(folder.agentLog, 'a');
    const agent = spawn(process.execPath, [this.#agentProgram, JSON.stringify(settings)], {
      stdio: ['ignore', log, log, 'ipc'],
    });
    closeSync(log);
    const identity = agent.pid === undefined ? undefined : identify(agent.pid);
    if (identity === undefined) throw new Error(`the agent of ${unit} could not be started`);
    replaceText(folder.agentRecord, JSON.stringify(identity));
    this.#agents.set(unit, agent);
  }

  async stop(): Promise<void> {
    const agents = [...this.#agents.values()];
    this.#agents.clear();
    for (const agent of agents) agent.kill('SIGTERM');
    await Promise.race([
      Promise.all(agents.map(ended)),
      delay(STOP_GRACE_MS, undefined, { ref: false }),
    ]);
    for (const agent of agents) agent.kill('SIGKILL');
    await Promise.all(agents.map(ended));
  }

  /** What the directory holds; undefined before the first agent has made it. */
  async #inspect(directory: string): Promise<DirectorySnapshot | undefined> {
    try {
      const state = await inspectDirectory(directory);
      this.#wasSeen = true;
      return state;
    } catch (error) {
      if (LockStoreError.is(error, 'UNAVAILABLE') && !this.#wasSeen) return undefined;
      throw error;
    }
  }

  #settingsOf(unit: string): UnitSettings {
    const settings = this.#settings.get(unit);
    if (settings === undefined) throw new RangeError(`${unit} is not in this fleet`);
    return settings;
  }

  #tail(unit: string): string {
    const { agentLog } = unitFolder(this.#settingsOf(unit).runFolder, unit);
    const lines = (readText(agentLog) ?? '').trimEnd().split('\n');
    return lines.slice(-LOG_TAIL_LINES).join('\n');
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function ended(child: ChildProcess): Promise<void> {
  if (!hasEnded(child)) await once(child, 'exit');
}
