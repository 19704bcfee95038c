/** A request that is open. */
interface OpenRequest {
  readonly ticket: number;
  /** When it was first seen, in ms. */
  readonly since: number;
}

/** How long units wait for the lock, from when their requests are first seen until they are gone. */
export class Waits {
  readonly #open = new Map<string, OpenRequest>();
  #longestMs = 0;

  /** Takes the open requests as they are at a time: unit by unit the ticket. A unit that is gone waits no more. */
  look(tickets: ReadonlyMap<string, number>, units: ReadonlySet<string>, now: number): void {
    for (const [unit, { ticket, since }] of this.#open) {
      if (units.has(unit)) this.#longestMs = Math.max(this.#longestMs, now - since);
      if (tickets.get(unit) !== ticket) this.#open.delete(unit);
    }
    for (const [unit, ticket] of tickets) {
      if (!this.#open.has(unit)) this.#open.set(unit, { ticket, since: now });
    }
  }

  /** The longest wait until the last look, of those who still wait too, in ms. */
  get longestMs(): number {
    return this.#longestMs;
  }
}
