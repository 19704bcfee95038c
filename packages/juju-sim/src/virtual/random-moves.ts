import type { UnitName } from '../model/names.ts';
import { chooseFaults, MENDING_RATE, WAITING_RATE, type FaultKind } from './faults.ts';
import { APPLICATION, type Move } from './move.ts';
import type { VirtualApplication } from './virtual-application.ts';
import type { VirtualMachine } from './virtual-machine.ts';

/** No more units than that at once: what can go wrong among eight goes wrong among seven. */
const UNITS_MAX = 7;

const HOUR_MS = 3_600_000;

/** Chooses what happens next, from a seed: mostly what the units do by themselves, and now and then a fault. */
export class RandomMoves {
  readonly #application: VirtualApplication;
  readonly #random: () => number;
  readonly #faults: ReadonlyMap<FaultKind, number>;
  readonly #faultRate: number;
  /** Whether everything takes long in this history. */
  readonly #isSlow: boolean;
  /** How eager each unit is, so that some lag behind for long. */
  readonly #eagerness = new Map<UnitName, number>();
  #turn = 0;
  /** A unit that stands still within a hook, and leads after so many more moves. */
  #returning: { readonly unit: UnitName; readonly after: number } | undefined;

  constructor(application: VirtualApplication, random: () => number) {
    this.#application = application;
    this.#random = random;
    this.#faults = chooseFaults(random);
    this.#isSlow = random() < 0.2;
    let sum = 0;
    for (const rate of this.#faults.values()) sum += rate;
    this.#faultRate = sum;
  }

  /** The next move; it may turn out that it cannot be made. */
  next(): Move | undefined {
    const returning = this.#returning;
    if (returning !== undefined) {
      const { unit, after } = returning;
      this.#returning = after === 0 ? undefined : { unit, after: after - 1 };
      if (after === 0) return { do: 'lapse', unit };
    }
    const dice = this.#random() * 1_000;
    if (dice < WAITING_RATE) return { do: 'wait', ms: this.#duration() };
    if (dice < WAITING_RATE + this.#faultRate) return this.#fault(dice - WAITING_RATE);
    if (dice > 1_000 - MENDING_RATE) {
      const mending = this.#mending();
      if (mending !== undefined) return mending;
    }
    return this.ofSomebody() ?? this.untilSomething();
  }

  /** What a unit does by itself, or hears. */
  ofSomebody(): Move | undefined {
    const { units } = this.#application;
    const first = Math.floor(this.#random() * units.length);
    const patience = this.#random();
    for (const eager of [true, false]) {
      for (let count = 0; count < units.length; count += 1) {
        const machine = units[(first + count) % units.length];
        if (machine === undefined || machine.unit === this.#returning?.unit) continue;
        if (eager && this.#eagernessOf(machine.unit) < patience) continue;
        const move = this.#of(machine);
        if (move !== undefined) return move;
      }
    }
    return undefined;
  }

  #of(machine: VirtualMachine): Move | undefined {
    const application = this.#application;
    const { unit } = machine;
    const hears = application.model.hasUndelivered(unit);
    if (!hears || this.#random() >= 0.3) {
      const move = application.nextMoveOf(machine, this.#random() < 0.5);
      if (move !== undefined || !hears) return move;
    }
    const undelivered = application.model.undelivered(unit);
    const topic = undelivered[Math.floor(this.#random() * undelivered.length)];
    if (topic === undefined || machine.isSuspended(application.now)) return undefined;
    return { do: 'deliver', unit, topic };
  }

  /** To wait for what happens next by time alone. */
  untilSomething(): Move | undefined {
    const ms = this.#application.idleForMs;
    return ms === undefined ? undefined : { do: 'wait', ms };
  }

  #eagernessOf(unit: UnitName): number {
    let eagerness = this.#eagerness.get(unit);
    if (eagerness === undefined) {
      eagerness = this.#random() < 0.3 ? 0.2 : 1;
      this.#eagerness.set(unit, eagerness);
    }
    return eagerness;
  }

  #fault(dice: number): Move | undefined {
    let left = dice;
    for (const [kind, rate] of this.#faults) {
      left -= rate;
      if (left < 0) return this.#faultOf(kind);
    }
    return undefined;
  }

  #faultOf(kind: FaultKind): Move | undefined {
    const { units, model } = this.#application;
    const unit = this.#pick(units)?.unit;
    if (unit === undefined) return undefined;
    const leader = model.controller.leases.holder;
    switch (kind) {
      case 'add-unit':
        return units.length < UNITS_MAX ? { do: kind } : undefined;
      case 'lose-sight':
        return { do: kind };
      case 'set-config':
        this.#turn += 1;
        return { do: kind, value: this.#turn };
      case 'corrupt':
        return { do: kind, whose: this.#random() < 0.3 ? APPLICATION : unit };
      case 'cut-off':
        return leader === undefined ? undefined : { do: kind, unit: leader };
      case 'set-clock':
        return { do: kind, unit, ms: this.#clockError() };
      case 'suspend':
        return { do: kind, unit, ms: Math.ceil(this.#random() * 120_000) };
      case 'remove-unit':
      case 'force-remove':
        return units.length > 1 ? { do: kind, unit } : undefined;
      case 'fail':
      case 'kill':
      case 'fail-call':
      case 'lose-answer':
      case 'fail-flush': {
        // Where nothing runs, nothing fails.
        const busy = this.#pick(units.filter(({ hook }) => hook !== undefined));
        return busy === undefined ? undefined : { do: kind, unit: busy.unit };
      }
      case 'lapse':
        return this.#lapse(leader, unit);
      case 'action':
      case 'crash':
        return { do: kind, unit };
    }
  }

  /**
   * Most can go wrong where leadership comes to a unit within a hook, more so to the one that led when its hook began:
   * what it has read is old then. So such a unit stands still while others go on, and leads after that.
   */
  #lapse(leader: UnitName | undefined, next: UnitName): Move | undefined {
    const application = this.#application;
    const dice = this.#random();
    if (dice < 0.4) return { do: 'lapse', unit: next };
    const led = leader === undefined ? undefined : application.machine(leader);
    const busy =
      dice < 0.8 ? led : this.#pick(application.units.filter(({ hook }) => hook !== undefined));
    if (busy?.hook === undefined) return { do: 'lapse', unit: next };
    this.#returning = { unit: busy.unit, after: 5 + Math.floor(this.#random() * 40) };
    return busy.unit === leader ? { do: 'lapse', unit: next } : undefined;
  }

  #mending(): Move | undefined {
    const application = this.#application;
    const { model } = application;
    const stopped = this.#pick(application.units.filter(({ unit }) => !model.isRunning(unit)));
    if (stopped !== undefined) return { do: 'start', unit: stopped.unit };
    const cutOff = this.#pick(application.units.filter(({ unit }) => model.isCutOff(unit)));
    if (cutOff !== undefined && !cutOff.isSuspended(application.now))
      return { do: 'reconnect', unit: cutOff.unit };
    if (application.blind) return { do: 'see-again' };
    return application.corrupted.size > 0 ? { do: 'mend' } : undefined;
  }

  /** Mostly moments, now and then minutes. */
  #duration(): number {
    const kind = this.#random();
    const [moments, seconds] = this.#isSlow ? [0.4, 0.7] : [0.8, 0.95];
    const most = kind < moments ? 200 : kind < seconds ? 10_000 : 120_000;
    return Math.ceil(this.#random() * most);
  }

  /** By minutes, hours or days, ahead or behind. */
  #clockError(): number {
    const kind = this.#random();
    const most = kind < 0.4 ? HOUR_MS / 30 : kind < 0.8 ? 5 * HOUR_MS : 72 * HOUR_MS;
    return Math.round((2 * this.#random() - 1) * most);
  }

  #pick<Item>(items: readonly Item[]): Item | undefined {
    return items[Math.floor(this.#random() * items.length)];
  }
}
