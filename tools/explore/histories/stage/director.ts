import assert from 'node:assert/strict';

import type { JujuSeries } from '@baton/juju-sim/model';
import { moveText, VirtualApplication, type Move } from '@baton/juju-sim/virtual';

import { Operations } from '../../baton/operations.ts';
import { Charm, type Work } from './charm.ts';
import { Story } from './story.ts';

/** What everything random is made from: when Juju tries a failed hook again, and who wins a race for the lease. */
const SEED = 1;

/** How long a hook takes to start. */
const START_MS = 100;

/** More hooks than that come to no end. */
const HOOKS_MAX = 400;

type Machine = VirtualApplication['units'][number];

/** How an application is set up. */
export interface DirectorOptions {
  readonly juju: JujuSeries;
  readonly units: number;
}

/**
 * Directs a virtual application in the words of the field. Its units run Baton; the director says what they want,
 * whose turn it is, and what goes wrong. Nothing happens unless it is told to.
 */
export class Director {
  readonly application: VirtualApplication;
  readonly #operations = new Operations();
  readonly #story: Story;
  readonly #charm: Charm;
  /** What the driver said last of each unit. */
  readonly #lastSaid = new Map<string, string>();
  #turn = 0;

  private constructor({ juju, units }: DirectorOptions) {
    this.#story = new Story(juju, this.#operations);
    this.#charm = new Charm(this.#story, this.#operations);
    this.application = new VirtualApplication({
      juju,
      units,
      seed: SEED,
      charm: (hook) => this.#charm.run(hook),
      observer: this.#story,
      onEvent: (event) => {
        this.#lastSaid.set(event.unit, event.text);
        this.#story.hears(event);
      },
    });
    this.application.model.setUpdateStatus(false);
  }

  /** An application whose units have started, with `db/0` as leader, and in which nothing moves any more. */
  static async begin(options: DirectorOptions): Promise<Director> {
    const director = new Director(options);
    await director.settle();
    const { application } = director;
    const alive = application.units.map(({ unit }) => unit);
    director.#story.opens(() => application.now, alive);
    return director;
  }

  /** The history as it is told so far. */
  get text(): string {
    return this.#story.text;
  }

  /** Which work was finished, in order: `db/0 restart`. */
  get worked(): readonly string[] {
    return this.#charm.worked;
  }

  /** Who holds a lock, as the grants say, and has not given it back: `restart db/0`. */
  get holders(): readonly string[] {
    const { model } = this.application;
    return [...this.#story.grantsOf(model)].flatMap(([lock, units]) =>
      [...units]
        .filter(([unit, ticket]) => !this.#story.hasGivenBack(model, unit, lock, ticket))
        .map(([unit]) => `${lock} ${unit}`),
    );
  }

  /** Makes sure that the grants name these holders, and no others, at this point of the history. */
  nowHolds(...holders: readonly string[]): void {
    assert.deepEqual(this.holders, holders, 'who holds a lock now');
  }

  /** Adds a line of the author's to the text. */
  tells(text: string): void {
    this.#story.remark(text);
  }

  /** From its next hook on, the unit wants to work under the lock, once it has done what it wanted before. */
  wants(unit: string, lock: string, work?: Partial<Work>): void {
    this.#charm.wants(unit, lock, work);
  }

  /** The unit asks for the lock no more. */
  wantsNoMore(unit: string, lock: string): void {
    this.#charm.wantsNoMore(unit, lock);
  }

  /** The operator changes the configuration, of which every unit is to hear. */
  async configures(): Promise<void> {
    this.#turn += 1;
    await this.does({ do: 'set-config', value: this.#turn });
  }

  /** Makes a move; throws where it cannot be made. */
  async does(move: Move): Promise<void> {
    if (await this.application.apply(move)) return;
    throw new Error(`the director asked for "${moveText(move)}", which cannot happen now`);
  }

  /** The unit's agent hears everything that it has not heard. */
  hears(unit: string): void {
    this.application.model.deliver(unit);
  }

  /** The unit runs its next hook to its end, or goes on with the one that runs. */
  async runHook(unit: string): Promise<void> {
    await this.#begin(unit);
    while (this.#machine(unit)?.hook !== undefined) await this.#goOn(unit);
  }

  /** The unit's hook goes on until it is about to call a hook tool, or until the charm says something. */
  async runUntil(unit: string, what: string): Promise<void> {
    this.#lastSaid.delete(unit);
    await this.#begin(unit);
    for (;;) {
      const hook = this.#machine(unit)?.hook;
      if (hook === undefined) throw new Error(`the hook of ${unit} ended before "${what}"`);
      if (hook.pending[0]?.call.tool === what) return;
      if (this.#lastSaid.get(unit)?.startsWith(what)) return;
      await this.#goOn(unit);
    }
  }

  /** Time passes. */
  async waits(ms: number): Promise<void> {
    const until = this.application.now + ms;
    while (this.application.now < until)
      await this.does({ do: 'wait', ms: until - this.application.now });
  }

  /** Time passes until Juju tries the failed hook of the unit again, which it then runs. */
  async retries(unit: string): Promise<void> {
    const operation = this.application.model.nextOperation(unit);
    if (operation.kind !== 'error') throw new Error(`${unit} has no failed hook`);
    await this.waits(operation.until - this.application.now);
    await this.runHook(unit);
  }

  /** Every unit hears what there is to hear and runs its hooks, one unit after another, until nothing moves. */
  async settle(): Promise<void> {
    for (let hooks = 0; hooks < HOOKS_MAX; hooks += 1) {
      const next = this.#nextToRun();
      if (next !== undefined) await this.runHook(next);
      else {
        const ms = this.application.idleForMs;
        if (ms === undefined) return;
        await this.waits(ms);
      }
    }
    throw new Error(`after ${HOOKS_MAX} hooks there are still hooks to run`);
  }

  #nextToRun(): string | undefined {
    for (const machine of this.application.units) {
      const { unit } = machine;
      if (!this.application.model.isRunning(unit)) continue;
      if (machine.hook === undefined) this.hears(unit);
      if (machine.hook !== undefined || this.application.nextMoveOf(machine) !== undefined)
        return unit;
    }
    return undefined;
  }

  async #begin(unit: string): Promise<void> {
    if (this.#machine(unit)?.hook !== undefined) return;
    const { kind } = this.application.model.nextOperation(unit);
    if (kind !== 'hook' && kind !== 'action') this.hears(unit);
    await this.does({ do: 'step', unit });
    await this.waits(START_MS);
  }

  /** One step of the unit's hook, or time, where it waits for that. */
  async #goOn(unit: string): Promise<void> {
    const machine = this.#machine(unit);
    if (machine === undefined) return;
    const move = this.application.nextMoveOf(machine);
    if (move !== undefined) return await this.does(move);
    const due = Math.min(
      machine.hook?.resumesAt ?? Infinity,
      machine.hook?.nextTimerAt ?? Infinity,
    );
    if (!Number.isFinite(due)) throw new Error(`the hook of ${unit} waits for nothing`);
    await this.does({ do: 'wait', ms: Math.max(due - this.application.now, 1) });
  }

  #machine(unit: string): Machine | undefined {
    return this.application.machine(unit);
  }
}
