/** Numbers that look random and are the same for the same seed (mulberry32). */
export class Random {
  #state: number;

  /** `seed` is a whole number; its lowest 32 bits count. */
  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** A whole number from 0 to 2^32 - 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** A whole number from 0 to `end` - 1. */
  below(end: number): number {
    return Math.floor((this.next() / 0x1_0000_0000) * end);
  }

  /** True once in `times`, on average; never for 0. */
  onceIn(times: number): boolean {
    return times > 0 && this.below(times) === 0;
  }

  /** One of the list, which must not be empty. */
  pick<T>(list: readonly T[]): T {
    const index = this.below(list.length);
    if (index >= list.length) throw new RangeError('there is nothing to pick from');
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the index is inside the list
    return list[index] as T;
  }
}

/** A seed for a run that was given none. */
export function freshSeed(): number {
  return Date.now() % 0x1_0000_0000;
}
