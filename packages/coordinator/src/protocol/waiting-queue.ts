import type { UnitName } from '../model/names.ts';
import type { Ticket } from '../model/ticket.ts';
import type { Queue } from '../policy/policy.ts';

/** A unit that waits, and the ticket of its request. */
export interface Waiting {
  readonly unit: UnitName;
  readonly ticket: Ticket;
}

/** A queue that a policy may look at while it shrinks; taking a unit out costs the same wherever it stands. */
export class WaitingQueue implements Queue {
  readonly #units: readonly UnitName[];
  readonly #waiting: Set<UnitName>;
  #firstIndex = 0;

  constructor(sorted: readonly Waiting[]) {
    this.#units = sorted.map(({ unit }) => unit);
    this.#waiting = new Set(this.#units);
  }

  get size(): number {
    return this.#waiting.size;
  }

  get first(): UnitName {
    for (; ; this.#firstIndex += 1) {
      const unit = this.#units[this.#firstIndex];
      if (unit === undefined) throw new RangeError('nobody waits in this queue');
      if (this.#waiting.has(unit)) return unit;
    }
  }

  has(unit: UnitName): boolean {
    return this.#waiting.has(unit);
  }

  *[Symbol.iterator](): Iterator<UnitName> {
    for (const unit of this.#units) if (this.#waiting.has(unit)) yield unit;
  }

  remove(unit: UnitName): void {
    this.#waiting.delete(unit);
  }
}
