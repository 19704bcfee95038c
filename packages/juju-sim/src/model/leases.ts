import type { UnitName } from './names.ts';

/** For how long a claim of the leadership holds, in ms. */
const leaseMs = 60_000;
/** How long after a claim the agent claims again, in ms; until then it believes in it unasked. */
export const renewMs = 30_000;

/** The lease on the application's leadership, as the controller keeps it. */
export class Leases {
  #holder: UnitName | undefined;
  #expiresAt = 0;

  /** Who leads, as far as the controller is concerned. */
  get holder(): UnitName | undefined {
    return this.#holder;
  }

  /** When the lease ends unless it is renewed, in ms; `undefined` if nobody holds it. */
  get expiresAt(): number | undefined {
    return this.#holder === undefined ? undefined : this.#expiresAt;
  }

  /** Claims or renews; `false` if somebody else holds the lease. */
  claim(unit: UnitName, now: number): boolean {
    if (this.#holder !== undefined && this.#holder !== unit) return false;
    this.#holder = unit;
    this.#expiresAt = now + leaseMs;
    return true;
  }

  /** Frees the lease if its time is over. */
  expire(now: number): void {
    if (this.#holder !== undefined && this.#expiresAt <= now) this.#holder = undefined;
  }

  /** Takes the lease away from a unit, if it has it. */
  revoke(unit: UnitName): void {
    if (this.#holder === unit) this.#holder = undefined;
  }
}
