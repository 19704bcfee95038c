import { Violation } from '@baton/juju-sim/virtual';

import { CAPACITY } from './locks.ts';

/**
 * Who is at work under which lock, told by the charm's code and nobody else. Work that was broken off counts on:
 * it may be half done, until the unit's hook has run again and succeeded, or the unit is gone.
 */
export class Operations {
  readonly #running = new Map<string, Set<string>>();

  /** @throws {Violation} where more units are at work than may be */
  begin(unit: string, lock: string): void {
    const units = this.#running.get(lock) ?? new Set();
    this.#running.set(lock, units.add(unit));
    const most = CAPACITY[lock] ?? 1;
    if (units.size <= most) return;
    throw new Violation(
      'safety',
      'never more at work than the policy allows',
      `${[...units].join(' and ')} are at work under ${lock}, which allows ${most}`,
    );
  }

  end(unit: string, lock: string): void {
    this.#running.get(lock)?.delete(unit);
  }

  /** Whatever the unit began is done, given up, or gone with the unit. */
  endAll(unit: string): void {
    for (const units of this.#running.values()) units.delete(unit);
  }

  /** An operator has made sure that nobody is at work. */
  forget(): void {
    this.#running.clear();
  }

  of(unit: string): string[] {
    return [...this.#running].filter(([, units]) => units.has(unit)).map(([lock]) => lock);
  }
}
