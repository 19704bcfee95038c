import type { AgentMemory } from './agent.ts';
import type { Bag } from './bag.ts';
import { claimLeadership } from './tracker.ts';
import type { Controller } from './controller.ts';
import type { UnitName } from './names.ts';
import { Refusal } from './refusal.ts';

/** Leadership and leader settings as one hook sees them. */
export class ContextLeadership {
  readonly #unit: UnitName;
  readonly #controller: Controller;
  readonly #memory: AgentMemory;
  readonly #now: () => number;
  /** Once a hook was told no, it is told no until its end. */
  #isMinion = false;
  #settings: Bag | undefined;

  constructor(unit: UnitName, controller: Controller, memory: AgentMemory, now: () => number) {
    this.#unit = unit;
    this.#controller = controller;
    this.#memory = memory;
    this.#now = now;
  }

  /** Whether the agent believes that it leads; it claims again first when that is due. */
  isLeader(): boolean {
    if (this.#isMinion) return false;
    const leads = claimLeadership(this.#unit, this.#memory, this.#controller.leases, this.#now());
    this.#isMinion = !leads;
    return leads;
  }

  /** The leader settings at first read, or at the first read after an own write. */
  settings(): Bag {
    return (this.#settings ??= this.#controller.leaderSettings);
  }

  /**
   * Writes leader settings at once. What was read is forgotten, even if the controller refuses.
   * @throws {Refusal} if the unit does not lead, or does not hold the lease
   */
  mergeSettings(changes: Bag): void {
    if (!this.isLeader()) throw new Refusal('cannot write settings: not the leader');
    this.#settings = undefined;
    try {
      this.#controller.mergeLeaderSettings(this.#unit, changes);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      throw new Refusal(`cannot write settings: ${error.message}`);
    }
  }
}
