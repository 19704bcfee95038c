import { setImmediate } from 'node:timers/promises';

import {
  CHARMHELPERS_KEY,
  parseLockName,
  Serial,
  type Clock,
  type Logger,
  type UnitName,
} from '@baton/coordinator';
import { MemoryCluster, type MemoryLockStore } from '@baton/storage-memory';

import { CharmhelpersUnit } from './charmhelpers-unit.ts';

/** What a unit runs: charmhelpers, Baton with the option for it, or Baton without. */
export type Kind = 'charmhelpers' | 'with-option' | 'plain';

/** The lock of a roll, and another one. */
export const LOCK = 'restart';
export const OTHER_LOCK = 'back/up';
const LOCKS: readonly string[] = [LOCK, OTHER_LOCK];

/** What a charm may do in a hook, whichever coordinator it has. */
interface Locks {
  acquire(lock: string): boolean | Promise<boolean>;
  granted(lock: string): boolean;
  requested(lock: string): boolean;
}

interface Baton {
  readonly store: MemoryLockStore;
  readonly serial: Serial;
  readonly stopWatching: () => void;
}

interface Player {
  readonly name: UnitName;
  /** How far its clock is from the others', in microseconds. */
  readonly skewMicros: number;
  kind: Kind;
  baton: Baton | undefined;
  /** The locks it still has to work under. */
  readonly wanted: Set<string>;
  /** Whether something changed that Juju would run a hook for. */
  notified: boolean;
}

const QUIET: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

class CharmFailure extends Error {}

/**
 * An application whose units run charmhelpers or Baton, each hook a whole, and a witness of who holds and who
 * works. A unit works under the lock as soon as it has it, and is in the middle of that work while its hook
 * has failed.
 */
export class MixedRoll {
  readonly cluster: MemoryCluster = new MemoryCluster({ application: 'db' });
  /** What must never be: a sentence each. */
  readonly violations: string[] = [];
  /** Who worked, in order, as `unit lock`. */
  readonly served: string[] = [];
  readonly #players = new Map<UnitName, Player>();
  /** The unit that is in the middle of its work, by lock. */
  readonly #inTheMiddle = new Map<string, UnitName>();
  #nowMicros = 1_767_225_600_000_000;

  constructor(kinds: readonly Kind[], skewsMicros: readonly number[] = []) {
    for (const [index, kind] of kinds.entries()) {
      const name = this.cluster.addUnit();
      const skewMicros = skewsMicros[index] ?? 0;
      const player: Player = {
        name,
        skewMicros,
        kind,
        baton: undefined,
        wanted: new Set(),
        notified: true,
      };
      this.#players.set(name, player);
      this.#start(player);
    }
  }

  get units(): readonly UnitName[] {
    return [...this.#players.keys()];
  }

  kindOf(unit: UnitName): Kind {
    return this.#player(unit).kind;
  }

  /** Moves leadership; Juju runs leader-elected on the new leader, sooner or later. */
  elect(unit: UnitName): void {
    this.cluster.elect(unit);
    this.#player(unit).notified = true;
  }

  /** Makes a unit need the lock; whatever makes it so is a hook of its own, sooner or later. */
  want(unit: UnitName, lock: string = LOCK): void {
    const player = this.#player(unit);
    player.wanted.add(lock);
    player.notified = true;
  }

  /** Upgrades a unit in place, or takes it back, and runs its upgrade-charm hook. */
  async change(unit: UnitName, kind: Kind): Promise<void> {
    const player = this.#player(unit);
    player.baton?.stopWatching();
    await player.baton?.store.close();
    player.baton = undefined;
    player.kind = kind;
    this.#start(player);
    await this.hook(unit);
  }

  /**
   * Runs one hook of a unit. With `fails`, it fails in the middle of work under a lock that the unit was seen
   * to hold before; a hook without such work succeeds.
   */
  async hook(unit: UnitName, { fails = false }: { readonly fails?: boolean } = {}): Promise<void> {
    this.#nowMicros += 1_000_003;
    const player = this.#player(unit);
    player.notified = false;
    const before = this.#texts();
    const failsUnder = fails ? await this.#locksHeldBy(player) : [];
    try {
      await this.#run(player, (locks) => this.#charm(player, locks, failsUnder));
    } catch (error) {
      if (!(error instanceof CharmFailure)) throw error;
      player.notified = true;
    }
    // The watchers of Baton's stores are called on a microtask.
    await setImmediate();
    this.#notifyCharmhelpers(player, before);
    await this.#checkHolders(unit);
  }

  /**
   * Lets hooks run only where something changed, until nothing moves any more. With a charmhelpers leader,
   * update-status is needed as well: it does not hear of its own release. Gives who is still unserved.
   */
  async settle(): Promise<readonly string[]> {
    let updates = 4 * this.#players.size;
    let budget = 200 * this.#players.size;
    while (budget > 0) {
      budget -= 1;
      const player = [...this.#players.values()].find(({ notified }) => notified);
      if (player !== undefined) {
        await this.hook(player.name);
        continue;
      }
      const { leader } = this.cluster;
      const helpless = leader !== undefined && this.kindOf(leader) === 'charmhelpers';
      if (this.#unserved().length === 0 || !helpless || updates === 0) break;
      updates -= 1;
      for (const each of this.#players.values()) each.notified = true;
    }
    return budget === 0 ? ['hooks without end'] : this.#unserved();
  }

  /** The units that hold the lock, each by what it reads itself. */
  async holders(lock: string = LOCK): Promise<readonly UnitName[]> {
    const holders: UnitName[] = [];
    for (const player of this.#players.values()) {
      if (await this.#holds(player, lock)) holders.push(player.name);
    }
    return holders;
  }

  /** Closes all stores. */
  async close(): Promise<void> {
    for (const { baton } of this.#players.values()) await baton?.store.close();
  }

  #unserved(): string[] {
    return [...this.#players.values()].flatMap(({ name, wanted }) =>
      [...wanted].map((lock) => `${name} waits for ${lock}`),
    );
  }

  #player(unit: UnitName): Player {
    const player = this.#players.get(unit);
    if (player === undefined) throw new RangeError(`there is no ${unit}`);
    return player;
  }

  #start(player: Player): void {
    if (player.kind === 'charmhelpers') return;
    const store = this.cluster.store(
      player.name,
      player.kind === 'with-option' ? { compatibility: 'charmhelpers' } : {},
    );
    const stopWatching = store.watch(() => {
      player.notified = true;
    });
    const serial = new Serial({ store, clock: this.#clock(player), logger: QUIET });
    player.baton = { store, serial, stopWatching };
  }

  #clock(player: Player): Clock {
    return {
      nowMicros: () => this.#now(player),
      monotonicMs: () => this.#nowMicros / 1000,
      every: () => () => undefined,
    };
  }

  #now({ skewMicros }: Player): number {
    this.#nowMicros += 1;
    return this.#nowMicros + skewMicros;
  }

  async #run({ name, baton }: Player, charm: (locks: Locks) => Promise<void>): Promise<void> {
    if (baton !== undefined) return baton.serial.run(() => charm(baton.serial));
    const now = (): number => this.#now(this.#player(name));
    return new CharmhelpersUnit(this.cluster, name, now).hook(charm);
  }

  /** The charm's code of every hook: works where it has the lock, and asks where it has not. */
  async #charm(player: Player, locks: Locks, failsUnder: readonly string[]): Promise<void> {
    for (const lock of player.wanted) {
      if (!locks.granted(lock) && !(await locks.acquire(lock))) continue;
      const other = this.#inTheMiddle.get(lock);
      if (other !== undefined && other !== player.name) {
        this.violations.push(`${player.name} works under ${lock} while ${other} does`);
      }
      if (failsUnder.includes(lock)) {
        this.#inTheMiddle.set(lock, player.name);
        throw new CharmFailure();
      }
      this.#inTheMiddle.delete(lock);
      player.wanted.delete(lock);
      this.served.push(`${player.name} ${lock}`);
    }
  }

  async #locksHeldBy(player: Player): Promise<readonly string[]> {
    const held: string[] = [];
    for (const lock of player.wanted) if (await this.#holds(player, lock)) held.push(lock);
    return held;
  }

  async #holds({ name, baton }: Player, lock: string): Promise<boolean> {
    if (baton === undefined) {
      const stamp = this.#json(name)[lock];
      return stamp !== undefined && this.#json('grants')[name]?.[lock] === stamp;
    }
    const session = await baton.store.begin();
    const own = await session.peers.readOwn();
    const grants = await session.grants.read();
    await session.end('failure');
    const named = parseLockName(lock);
    const ticket = own.state === 'present' ? own.sheet.requests.get(named) : undefined;
    return ticket !== undefined && grants.get(named)?.get(name) === ticket;
  }

  async #checkHolders(after: UnitName): Promise<void> {
    for (const lock of LOCKS) {
      const holders = await this.holders(lock);
      if (holders.length < 2) continue;
      this.violations.push(`after a hook of ${after}, ${holders.join(' and ')} hold ${lock}`);
    }
  }

  #json(what: string): Record<string, never> {
    const text = this.cluster.readText(CHARMHELPERS_KEY, what) ?? '{}';
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- read member by member, each of which may be missing
    return JSON.parse(text) as Record<string, never>;
  }

  #texts(): ReadonlyMap<string, string | undefined> {
    return new Map(
      [...this.units, 'grants'].map((what) => [
        what,
        this.cluster.readText(CHARMHELPERS_KEY, what),
      ]),
    );
  }

  /** Juju tells units of what others wrote; those that run charmhelpers have no store that would. */
  #notifyCharmhelpers(writer: Player, before: ReadonlyMap<string, string | undefined>): void {
    const changed = [...this.#texts()].some(([what, text]) => before.get(what) !== text);
    if (!changed) return;
    for (const player of this.#players.values()) {
      if (player !== writer && player.kind === 'charmhelpers') player.notified = true;
    }
  }
}
