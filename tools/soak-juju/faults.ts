import { writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

import type { Application, UnitStatus } from '@baton/juju-sim';

import { isAlive, signalProcess } from '../../apps/demo/src/process-identity.ts';
import type { Random } from '../soak/random.ts';
import { insideOf, type Inside } from '../soak/witness.ts';
import type { FaultCounts } from './figures.ts';
import { aliveUnits, hookProcess, runningServer } from './fleet.ts';
import type { Leadership } from './leadership.ts';
import type { Places } from './places.ts';

type Fault =
  | 'kill a hook'
  | 'kill whoever is inside'
  | 'kill a server'
  | 'stop an agent'
  | 'stop the leader'
  | 'elect'
  | 'depose a leader inside'
  | 'add a unit'
  | 'remove a unit'
  | 'remove a unit by force';

/** How often each is struck, in so many faults. */
const WEIGHTS: Readonly<Record<Fault, number>> = {
  'kill a hook': 30,
  'kill whoever is inside': 30,
  'kill a server': 20,
  'stop an agent': 20,
  'stop the leader': 12,
  elect: 20,
  'depose a leader inside': 20,
  'add a unit': 10,
  'remove a unit': 5,
  'remove a unit by force': 5,
};

/** So many more or less than at the beginning may there be. */
const SPREAD = 2;
/** With fewer units nobody waits. */
const FEWEST = 2;

/** A restart takes about so long: whoever is inside is killed at some time of it. */
const RESTART_MS = 500;
/** For so long it is waited until somebody goes inside. */
const INSIDE_PATIENCE_MS = 2_000;
const INSIDE_POLL_MS = 5;

/** A stopped agent starts again within this time. */
const AGENT_AWAY_MS = 3_000;
/** How long a lease lasts without its holder, in ms of Juju's own time. */
const LEASE_MS = 60_000;

/** What faults are struck with. */
export interface FaultParts {
  readonly app: Application;
  readonly places: Places;
  readonly random: Random;
  readonly leadership: Leadership;
  /** How many units there were at the beginning. */
  readonly units: number;
  /** How many times as fast as the wall's clock Juju's own time passes. */
  readonly speed: number;
  /** Told of what fails outside of a strike. */
  readonly onFailure: (error: unknown) => void;
}

/** Kills, stops, adds, removes and elects, at random. */
export class Faults {
  readonly counts: FaultCounts = {
    hooksKilled: 0,
    insideKilled: 0,
    serversKilled: 0,
    agentsStopped: 0,
    leadersStopped: 0,
    elected: 0,
    deposedInside: 0,
    unitsAdded: 0,
    unitsRemoved: 0,
    unitsRemovedByForce: 0,
  };
  readonly #parts: FaultParts;
  /** What starts a stopped agent again, by its unit. */
  readonly #away = new Map<string, NodeJS.Timeout>();
  readonly #strikes: Readonly<Record<Fault, () => Promise<void> | void>> = {
    'kill a hook': () => this.#killHook(),
    'kill whoever is inside': () => this.#killInside(),
    'kill a server': () => this.#killServer(),
    'stop an agent': () => this.#stopAgent(),
    'stop the leader': () => this.#stopLeader(),
    elect: () => void this.#elect(),
    'depose a leader inside': () => this.#deposeInside(),
    'add a unit': () => this.#addUnit(),
    'remove a unit': () => this.#removeUnit(),
    'remove a unit by force': () => this.#removeUnitByForce(),
  };

  constructor(parts: FaultParts) {
    this.#parts = parts;
  }

  /** Strikes once; a fault for which there is nobody is none. */
  async strike(): Promise<void> {
    const { random } = this.#parts;
    const faults = allOf(WEIGHTS);
    let at = random.below(faults.reduce((sum, [, weight]) => sum + weight, 0));
    for (const [fault, weight] of faults) {
      if (at < weight) return this.#strikes[fault]();
      at -= weight;
    }
  }

  /** Starts again what was stopped. */
  end(): void {
    for (const [unit, timer] of this.#away) {
      clearTimeout(timer);
      this.#startAgent(unit);
    }
    this.#away.clear();
  }

  async #killHook(): Promise<void> {
    const { app } = this.#parts;
    const victim = this.#pick(app.status().units.filter(({ agent }) => agent === 'executing'));
    if (victim === undefined) return;
    const process = await hookProcess(app, victim.unit);
    if (process === undefined || !isAlive(process)) return;
    signalProcess(process, 'SIGKILL');
    this.counts.hooksKilled += 1;
  }

  async #killInside(): Promise<void> {
    const { places, random } = this.#parts;
    const later = random.below(RESTART_MS);
    const victim = await this.#somebodyInside(() => true);
    if (victim === undefined) return;
    await pause(later);
    const inside = insideOf(places.witness);
    if (inside?.pid !== victim.pid || !isAlive(victim)) return;
    signalProcess(victim, 'SIGKILL');
    this.counts.insideKilled += 1;
  }

  #killServer(): void {
    const { app } = this.#parts;
    const running = app
      .status()
      .units.map(({ unit }) => runningServer(app, unit))
      .filter((server) => server !== undefined);
    if (running.length === 0) return;
    signalProcess(this.#parts.random.pick(running), 'SIGKILL');
    this.counts.serversKilled += 1;
  }

  async #stopAgent(): Promise<void> {
    const { app, random } = this.#parts;
    const victim = this.#pick(
      app.status().units.filter(({ agent, unit }) => agent !== 'lost' && this.#mayStop(unit)),
    );
    const awayMs = random.below(AGENT_AWAY_MS);
    if (victim === undefined) return;
    this.counts.agentsStopped += 1;
    await this.#stop(victim.unit, awayMs);
  }

  async #stopLeader(): Promise<void> {
    const { app, random, speed } = this.#parts;
    // In half of the cases it is away for longer than its lease.
    const awayMs = random.below((2 * LEASE_MS) / speed);
    const leader = app.status().units.find((unit) => unit.leader);
    if (leader === undefined || leader.agent === 'lost' || !this.#mayStop(leader.unit)) return;
    this.counts.leadersStopped += 1;
    await this.#stop(leader.unit, awayMs);
  }

  async #stop(unit: string, awayMs: number): Promise<void> {
    await this.#parts.app.stopAgent(unit);
    const timer = setTimeout(() => {
      this.#away.delete(unit);
      try {
        this.#startAgent(unit);
      } catch (error) {
        this.#parts.onFailure(error);
      }
    }, awayMs);
    this.#away.set(unit, timer);
  }

  /** A unit that was removed meanwhile has no agent any more. */
  #startAgent(unit: string): void {
    const { app } = this.#parts;
    if (app.status().units.some((each) => each.unit === unit)) app.startAgent(unit);
  }

  /**
   * A leader may be inside under a grant that only the leader settings know, not yet its own sheet: whoever leads
   * next must not take it for over, least of all while the unit's agent is away.
   */
  async #deposeInside(): Promise<void> {
    const { app, random } = this.#parts;
    const awayMs = random.below(2 * AGENT_AWAY_MS) - AGENT_AWAY_MS;
    const inside = await this.#somebodyInside(({ unit }) => unit === app.leader);
    if (inside === undefined || !this.#elect()) return;
    this.counts.deposedInside += 1;
    if (awayMs < 0) return;
    this.counts.agentsStopped += 1;
    await this.#stop(inside.unit, awayMs);
  }

  /** Waits a moment until somebody is inside, and alive. */
  async #somebodyInside(isMeant: (inside: Inside) => boolean): Promise<Inside | undefined> {
    const deadline = performance.now() + INSIDE_PATIENCE_MS;
    while (performance.now() < deadline) {
      const inside = insideOf(this.#parts.places.witness);
      if (inside !== undefined && isMeant(inside) && isAlive(inside)) return inside;
      await pause(INSIDE_POLL_MS);
    }
    return undefined;
  }

  /** Elects somebody; says whether there was anybody to be elected. */
  #elect(): boolean {
    const { app, leadership } = this.#parts;
    const chosen = this.#pick(
      aliveUnits(app).filter(
        ({ unit, agent, leader }) => !leader && agent !== 'lost' && leadership.mayElect(unit),
      ),
    );
    if (chosen === undefined) return false;
    const before = app.status().units.find(({ leader }) => leader);
    if (before?.agent === 'executing') leadership.depose(before.unit);
    app.elect(chosen.unit);
    this.counts.elected += 1;
    return true;
  }

  #addUnit(): void {
    const { app, units } = this.#parts;
    if (app.status().units.length >= units + SPREAD) return;
    app.addUnit();
    this.counts.unitsAdded += 1;
  }

  async #removeUnit(): Promise<void> {
    const unit = this.#oneTooMany();
    if (unit === undefined) return;
    this.counts.unitsRemoved += 1;
    await this.#parts.app.removeUnit(unit);
  }

  /** The processes of the unit are killed with it, as juju-sim does: work that goes on after that is not protected. */
  async #removeUnitByForce(): Promise<void> {
    const unit = this.#oneTooMany();
    if (unit === undefined) return;
    this.counts.unitsRemovedByForce += 1;
    // Before it is gone, since the next holder may look right after.
    writeFileSync(this.#parts.places.goneMark(unit), '');
    await this.#parts.app.removeUnit(unit, { force: true });
  }

  #oneTooMany(): string | undefined {
    const { app, units } = this.#parts;
    const alive = aliveUnits(app);
    const victim = this.#pick(alive.filter(({ unit }) => this.#mayStop(unit)));
    return alive.length > Math.max(units - SPREAD, FEWEST) ? victim?.unit : undefined;
  }

  #mayStop(unit: string): boolean {
    const { app, leadership } = this.#parts;
    return leadership.mayEnd || app.leader !== unit;
  }

  #pick(units: readonly UnitStatus[]): UnitStatus | undefined {
    return units.length === 0 ? undefined : this.#parts.random.pick(units);
  }
}

function allOf<Name extends string, Value>(
  record: Readonly<Record<Name, Value>>,
): readonly (readonly [Name, Value])[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the literal above has no other names
  return Object.entries(record) as unknown as readonly (readonly [Name, Value])[];
}
