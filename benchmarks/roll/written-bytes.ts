/** What a controller has committed and what is written into it by hooks. */
export interface Committed {
  readonly units: Iterable<{
    readonly name: string;
    readonly bag: Bag | undefined;
    readonly state: Bag;
  }>;
  readonly applicationBag: Bag;
  readonly leaderSettings: Bag;
}

type Bag = ReadonlyMap<string, string>;

const none: Bag = new Map();

/**
 * Counts what hooks write, as the controller commits it: the bytes of every key that changed and of its new
 * value, in databags, leader settings and charm state. Look after each commit: what changed twice between two
 * looks counts once.
 */
export class WrittenBytes {
  #total = 0;
  readonly #known = new Map<string, Bag>();

  get total(): number {
    return this.#total;
  }

  /** Looks at what is committed now. */
  look({ units, applicationBag, leaderSettings }: Committed): void {
    for (const { name, bag, state } of units) {
      this.#compare(`bag ${name}`, bag ?? none);
      this.#compare(`state ${name}`, state);
    }
    this.#compare('application', applicationBag);
    this.#compare('leader', leaderSettings);
  }

  #compare(place: string, now: Bag): void {
    const before = this.#known.get(place) ?? none;
    // A bag is never changed in place.
    if (before === now) return;
    this.#known.set(place, now);
    this.#total += changedBytes(before, now);
  }
}

/** The bytes of each key that was set, changed or taken away, and of its new value. */
export function changedBytes(before: Bag, now: Bag): number {
  let bytes = 0;
  for (const key of new Set([...before.keys(), ...now.keys()])) {
    const value = now.get(key);
    if (before.get(key) === value) continue;
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value ?? '');
  }
  return bytes;
}
