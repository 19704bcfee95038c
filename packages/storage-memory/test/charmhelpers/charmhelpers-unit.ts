import { CHARMHELPERS_KEY, type UnitName } from '@baton/coordinator';
import type { MemoryCluster } from '@baton/storage-memory';

import { dumps, type Json } from './python-json.ts';

/** `lock → stamp`, as charmhelpers has it; no prototype, so that every name is a plain one. */
type Stamps = Record<string, string>;
type StampsByUnit = Record<string, Stamps>;

/** What a charm written for charmhelpers may do in a hook. */
export interface CharmhelpersHook {
  acquire(lock: string): boolean;
  granted(lock: string): boolean;
  requested(lock: string): boolean;
}

/**
 * A unit that runs `charmhelpers.coordinator.Serial`: its algorithm, on the documents it keeps and in the text
 * it writes. It reads nothing of Baton.
 */
export class CharmhelpersUnit {
  readonly unit: UnitName;
  readonly #cluster: MemoryCluster;
  readonly #nowMicros: () => number;

  constructor(cluster: MemoryCluster, unit: UnitName, nowMicros: () => number) {
    this.#cluster = cluster;
    this.unit = unit;
    this.#nowMicros = nowMicros;
  }

  /** Runs one hook: a body that throws fails it, and nothing of it is saved. */
  async hook(body: (hook: CharmhelpersHook) => void | Promise<void>): Promise<void> {
    const run = new Coordinator(this.#cluster, this.unit, this.#nowMicros);
    run.handle();
    await body(run);
    run.releaseGranted();
    run.save();
  }
}

class Coordinator implements CharmhelpersHook {
  readonly #cluster: MemoryCluster;
  readonly #unit: UnitName;
  readonly #nowMicros: () => number;
  readonly #isLeader: boolean;
  readonly #grants: StampsByUnit;
  readonly #requests: StampsByUnit = record();

  constructor(cluster: MemoryCluster, unit: UnitName, nowMicros: () => number) {
    this.#cluster = cluster;
    this.#unit = unit;
    this.#nowMicros = nowMicros;
    this.#isLeader = cluster.leader === unit;
    this.#grants = loadGrants(cluster);
    for (const peer of cluster.inspect().units.keys()) {
      const raw = cluster.readText(CHARMHELPERS_KEY, peer);
      if (raw !== undefined) this.#requests[peer] = stamps(parse(raw));
    }
    this.#requests[unit] ??= record();
  }

  acquire(lock: string): boolean {
    if (this.#own[lock] === undefined) {
      // The original's slip, kept: the lock's name goes among those of the units.
      this.#requests[lock] ??= record();
      this.#own[lock] = stampOf(this.#nowMicros());
    }
    if (this.granted(lock)) return true;
    return this.#isLeader ? this.#grant(lock, this.#unit) : false;
  }

  granted(lock: string): boolean {
    const stamp = this.#own[lock];
    return stamp !== undefined && this.#grants[this.#unit]?.[lock] === stamp;
  }

  requested(lock: string): boolean {
    return this.#own[lock] !== undefined;
  }

  /** The leader drops what was released, and offers every request. */
  handle(): void {
    if (!this.#isLeader) return;
    for (const [unit, locks] of Object.entries(this.#grants)) {
      for (const [lock, stamp] of Object.entries(locks)) {
        if (this.#requests[unit]?.[lock] !== stamp) delete locks[lock];
      }
    }
    for (const [unit, locks] of Object.entries(this.#requests)) {
      for (const lock of Object.keys(locks)) this.#grant(lock, unit);
    }
  }

  /** Runs before {@link save}, and after {@link handle}: what a leader releases of its own stays granted. */
  releaseGranted(): void {
    for (const lock of Object.keys(this.#own)) {
      if (this.granted(lock)) delete this.#own[lock];
    }
  }

  save(): void {
    if (this.#isLeader) this.#cluster.writeText(CHARMHELPERS_KEY, 'grants', dumps(this.#grants));
    this.#cluster.writeText(CHARMHELPERS_KEY, this.#unit, dumps(this.#own));
  }

  get #own(): Stamps {
    return (this.#requests[this.#unit] ??= record());
  }

  #grant(lock: string, unit: string): boolean {
    if (!this.#isLeader) return false;
    const holders = new Set(
      Object.keys(this.#grants).filter((holder) => this.#grants[holder]?.[lock] !== undefined),
    );
    if (holders.has(unit)) return true;
    const waiting = Object.entries(this.#requests)
      .filter(([name]) => !holders.has(name))
      .flatMap(([name, { [lock]: stamp }]) => (stamp === undefined ? [] : [{ stamp, name }]))
      .toSorted((a, b) => order(a.stamp, b.stamp) || order(a.name, b.name));
    const own = waiting.find(({ name }) => name === unit);
    if (own === undefined) return false;
    if (waiting[0] !== own || holders.size > 0) return false;
    (this.#grants[unit] ??= record())[lock] = own.stamp;
    return true;
  }
}

/** `datetime.utcnow()` as charmhelpers writes it. */
function stampOf(micros: number): string {
  const date = new Date(Math.floor(micros / 1000)).toISOString();
  const digits = String(micros % 1000).padStart(3, '0');
  return `${date.slice(0, 10)} ${date.slice(11, 23)}${digits}Z`;
}

function loadGrants(cluster: MemoryCluster): StampsByUnit {
  const grants: StampsByUnit = record();
  const raw = cluster.readText(CHARMHELPERS_KEY, 'grants');
  for (const [unit, locks] of Object.entries(raw === undefined ? {} : parse(raw))) {
    grants[unit] = stamps(locks);
  }
  return grants;
}

function stamps(value: Json): Stamps {
  const locks: Stamps = record();
  for (const [lock, stamp] of Object.entries(value)) {
    if (typeof stamp !== 'string') throw new TypeError(`${lock} should have a stamp`);
    locks[lock] = stamp;
  }
  return locks;
}

function parse(raw: string): Json {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the test wrote it, and a wrong one throws above
  return JSON.parse(raw) as Json;
}

function record<Value>(): Record<string, Value> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Object.create is typed as any
  return Object.create(null) as Record<string, Value>;
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
