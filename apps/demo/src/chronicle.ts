import type { Snapshot } from './snapshot.ts';

/** Something that happened to a unit, in milliseconds since the epoch. */
export interface Mark {
  readonly unit: string;
  readonly at: number;
  readonly what: 'leads' | 'killed' | 'revived';
}

/** One request for the lock: who asked, and when. */
export interface Wait {
  readonly unit: string;
  readonly askedAt: number;
}

/** What an onlooker writes down while the roll goes on, beside the servers' own records. */
export class Chronicle {
  readonly #marks: Mark[] = [];
  readonly #waits: Wait[] = [];
  #leader: string | undefined;

  /** Who led from when on, who was killed and started again, in that order. */
  get marks(): readonly Mark[] {
    return this.#marks;
  }

  /** Every request that was seen. */
  get waits(): readonly Wait[] {
    return this.#waits;
  }

  /** Writes down what happened to a unit. */
  mark(unit: string, what: Mark['what'], at: number): void {
    this.#marks.push({ unit, what, at });
  }

  /** Writes down what is new in a snapshot. */
  note({ at, units }: Snapshot): void {
    for (const { unit, leader, askedAt } of units) {
      if (leader && this.#leader !== unit) {
        this.#leader = unit;
        this.mark(unit, 'leads', at);
      }
      if (askedAt === undefined) continue;
      const known = this.#waits.some((wait) => wait.unit === unit && wait.askedAt === askedAt);
      if (!known) this.#waits.push({ unit, askedAt });
    }
  }
}
