/** One server as a client sees it. */
export interface Backend {
  /** The unit it belongs to. */
  readonly unit: string;
  readonly port: number;
}

interface Entry {
  readonly backend: Backend;
  /** Until then it is passed over, in milliseconds of the caller's clock. */
  restsUntil: number;
  /** When it last answered, by the same clock. */
  answeredAt: number;
}

/** How long a server is left alone after it refused a request or announced that it is leaving. */
const REST_MS = 150;

/** Whose turn it is: every server in its turn, those left out that are known to be away. */
export class Rotation {
  readonly #entries: readonly Entry[];
  #turn = 0;

  constructor(backends: readonly Backend[]) {
    if (backends.length === 0) throw new RangeError('a rotation needs a server');
    this.#entries = backends.map((backend) => ({ backend, restsUntil: 0, answeredAt: 0 }));
  }

  /** The server whose turn it is; when all are away, the one whose turn it would be. */
  next(now: number): Backend {
    const count = this.#entries.length;
    for (let step = 0; step < count; step += 1) {
      const entry = this.#at(this.#turn + step);
      if (entry.restsUntil > now) continue;
      this.#turn += step + 1;
      return entry.backend;
    }
    this.#turn += 1;
    return this.#at(this.#turn - 1).backend;
  }

  /** Where a refused request goes: to another server, the one whose last answer is the freshest. */
  second(refusedBy: Backend, now: number): Backend {
    let best: Entry | undefined;
    for (const entry of this.#entries) {
      if (entry.backend === refusedBy || entry.restsUntil > now) continue;
      if (best === undefined || entry.answeredAt > best.answeredAt) best = entry;
    }
    return best?.backend ?? this.next(now);
  }

  /** The server answered. */
  answered(backend: Backend, now: number): void {
    this.#of(backend).answeredAt = now;
  }

  /** The server refused, or said with its answer that it is leaving. */
  away(backend: Backend, now: number): void {
    this.#of(backend).restsUntil = now + REST_MS;
  }

  #at(index: number): Entry {
    const entry = this.#entries[index % this.#entries.length];
    if (entry === undefined) throw new RangeError(`no server ${index}`);
    return entry;
  }

  #of(backend: Backend): Entry {
    const entry = this.#entries.find((candidate) => candidate.backend === backend);
    if (entry === undefined) throw new RangeError(`${backend.unit} is not in this rotation`);
    return entry;
  }
}
