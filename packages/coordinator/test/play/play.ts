import { MemoryCluster, type MemoryLockStore } from '@baton/storage-memory';

import {
  limit,
  LockStoreError,
  Serial,
  type Clock,
  type HookInfo,
  type HookLifecycle,
  type HookWrap,
  type Logger,
} from '../../src/index.ts';

/** How many units may run under each lock at once. */
export const LOCKS: Readonly<Record<string, number>> = { restart: 1, 'up/grade': 1, backup: 2 };

/** Longer than any guarantee: after it, somebody else may lead. */
const LEASE_MS = 61_000;

const QUIET: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** One step of a play; `unit` and `other` are picked from those that there are. */
export interface Step {
  readonly what:
    | 'hook'
    | 'whole-hook'
    | 'want'
    | 'action'
    | 'update-status'
    | 'acquire'
    | 'granted'
    | 'release'
    | 'cancel'
    | 'finish'
    | 'finish-without-code'
    | 'fail'
    | 'fail-commit'
    | 'elect'
    | 'depose'
    | 'pass'
    | 'stand-still'
    | 'set-clock'
    | 'deliver'
    | 'dying'
    | 'remove'
    | 'add'
    | 'lose-sight'
    | 'die';
  readonly unit: number;
  readonly other: number;
  readonly lock: number;
  readonly amount: number;
}

/** How the charm's code of a hook ends. */
interface Ending {
  readonly failed: boolean;
  readonly charmRan: boolean;
}

/** One unit's process, which may die and be replaced. */
interface Process {
  readonly store: MemoryLockStore;
  readonly serial: Serial;
  readonly wrap: HookWrap;
  readonly stopListening: () => void;
}

interface Player {
  readonly name: string;
  readonly clock: Clock & { skewMicros: number };
  process: Process;
  /** The locks that this unit has asked for and not worked under. */
  readonly wanted: Set<string>;
  /** Set while a hook stands where the charm's code runs. */
  finish: ((ending: Ending) => Promise<void>) | undefined;
  /** Whether the store has told of a change since the last hook. */
  notified: boolean;
}

/** An application in which hooks overlap, fail, and lose leadership, and an independent witness of who works. */
export class Play {
  readonly cluster: MemoryCluster;
  readonly #players = new Map<string, Player>();
  readonly #working = new Map<string, Set<string>>();
  readonly violations: string[] = [];
  #nowMs = 1_767_225_600_000;
  readonly #timers = new Set<{ everyMs: number; nextMs: number; callback: () => void }>();
  constructor(options: {
    readonly grants: 'immediate' | 'on-commit';
    readonly peerReads: 'fresh' | 'delivered';
    readonly units: number;
  }) {
    this.cluster = new MemoryCluster({
      application: 'db',
      grants: options.grants,
      peerReads: options.peerReads,
    });
    for (let number = 0; number < options.units; number += 1) this.#add();
    this.cluster.elect('db/0');
  }

  /** Plays the steps, one after another, and lets every hook that is open at the end finish. */
  async play(steps: readonly Step[]): Promise<void> {
    for (const step of steps) await this.#step(step);
  }

  /**
   * Ends all faults and lets only what the store tells run: every unit gets one hook, then hooks come only
   * where something changed. Gives what is still unserved when nothing moves any more.
   */
  async settle(): Promise<string[]> {
    this.cluster.failLiveUnits(false);
    for (const player of this.#present()) {
      await player.finish?.({ failed: false, charmRan: true });
      if (this.#isDying(player)) this.#remove(player, false);
    }
    const [first] = this.#present();
    if (first === undefined) return [];
    if (this.cluster.leader === undefined) this.cluster.elect(first.name);
    for (const player of this.#present()) player.notified = true;
    let budget = 400 * this.#players.size;
    for (;;) {
      const player = this.#present().find(({ notified }) => notified);
      if (player === undefined || budget === 0) break;
      budget -= 1;
      player.notified = false;
      this.cluster.deliver(player.name);
      this.#nowMs += 1000;
      await this.#wholeHook(player);
      await flush();
    }
    const unserved = this.#present().flatMap(({ name, wanted }) =>
      [...wanted].map((lock) => `${name} waits for ${lock}`),
    );
    return budget === 0 ? [...unserved, 'hooks without end'] : unserved;
  }

  #present(): Player[] {
    const { units } = this.cluster.inspect();
    return [...this.#players.values()].filter(({ name }) =>
      [...units.keys()].some((u) => u === name),
    );
  }

  #isDying({ name }: Player): boolean {
    return [...this.cluster.inspect().units].some(([u, state]) => u === name && state === 'dying');
  }

  #pick(index: number): Player | undefined {
    const present = this.#present();
    return present[index % Math.max(present.length, 1)];
  }

  async #step({ what, unit, other, lock: lockIndex, amount }: Step): Promise<void> {
    const player = this.#pick(unit);
    const names = Object.keys(LOCKS);
    const lock = names[lockIndex % names.length] ?? 'restart';
    if (player === undefined) {
      if (what === 'add') this.#add();
      return;
    }
    switch (what) {
      case 'hook':
        return this.#begin(player, { name: 'config-changed', kind: 'hook' });
      case 'whole-hook':
        return player.finish === undefined ? this.#wholeHook(player) : undefined;
      case 'want':
        player.wanted.add(lock);
        return;
      case 'action':
        return this.#begin(player, { name: 'tidy', kind: 'action' });
      case 'update-status':
        return this.#begin(player, { name: 'update-status', kind: 'hook' });
      case 'acquire':
        if (player.finish === undefined) return;
        player.wanted.add(lock);
        if (await player.process.serial.acquire(lock)) this.#work(player, lock);
        return;
      case 'granted':
        if (player.finish !== undefined && player.process.serial.granted(lock))
          this.#work(player, lock);
        return;
      case 'release':
        if (player.finish !== undefined && player.process.serial.release(lock)) {
          this.#working.get(lock)?.delete(player.name);
          player.wanted.delete(lock);
        }
        return;
      case 'cancel':
        if (player.finish !== undefined && player.process.serial.cancel(lock))
          player.wanted.delete(lock);
        return;
      case 'finish':
        return player.finish?.({ failed: false, charmRan: true });
      case 'finish-without-code':
        // Without code of the charm, nothing was asked and nobody was told anything.
        if (this.#isWorking(player)) return;
        return player.finish?.({ failed: false, charmRan: false });
      case 'fail':
        return player.finish?.({ failed: true, charmRan: true });
      case 'fail-commit':
        if (player.finish === undefined) return;
        this.cluster.failNextCommit(player.name);
        return player.finish({ failed: false, charmRan: true });
      case 'elect':
        this.#nowMs += LEASE_MS;
        this.cluster.elect(player.name);
        return;
      case 'depose':
        this.#nowMs += LEASE_MS;
        this.cluster.elect(undefined);
        return;
      case 'pass':
        return this.#pass(amount * 1000);
      case 'stand-still':
        this.#nowMs += amount * 1000;
        return;
      case 'set-clock':
        player.clock.skewMicros = (amount - 30) * 3_600_000_000;
        return;
      case 'deliver':
        this.cluster.deliver(player.name, this.#pick(other)?.name);
        return;
      case 'dying':
        if (this.#present().length > 1) this.cluster.dying(player.name);
        return;
      case 'remove':
        if (this.#present().length > 1 && player.finish === undefined) {
          this.#remove(player, amount % 2 === 0);
        }
        return;
      case 'add':
        if (this.#players.size < 7) this.#add();
        return;
      case 'lose-sight':
        this.cluster.failLiveUnits(amount % 2 === 0);
        return;
      case 'die':
        return this.#die(player);
    }
  }

  async #pass(forMs: number): Promise<void> {
    const untilMs = this.#nowMs + forMs;
    while (this.#nowMs < untilMs) {
      this.#nowMs = Math.min(untilMs, this.#nowMs + 1000);
      for (const timer of this.#timers) {
        if (timer.nextMs > this.#nowMs) continue;
        timer.nextMs = this.#nowMs + timer.everyMs;
        timer.callback();
        await flush();
      }
    }
  }

  #add(): void {
    const name = this.cluster.addUnit();
    if (this.#players.has(name)) return;
    const clock = this.#clock();
    const player: Player = {
      name,
      clock,
      process: this.#start(name, clock),
      wanted: new Set(),
      finish: undefined,
      notified: false,
    };
    this.#players.set(name, player);
  }

  #start(name: string, clock: Clock): Process {
    const store = this.cluster.store(name);
    const wraps: HookWrap[] = [];
    const lifecycle: HookLifecycle = { around: (wrap) => void wraps.push(wrap) };
    const policies = { backup: limit(LOCKS['backup'] ?? 1) };
    const serial = new Serial({ store, clock, policies, lifecycle, logger: QUIET });
    const [wrap] = wraps;
    if (wrap === undefined) throw new Error('the coordinator did not register');
    const stopListening = store.watch(() => {
      const player = this.#players.get(name);
      if (player !== undefined) player.notified = true;
    });
    return { store, serial, wrap, stopListening };
  }

  #clock(): Clock & { skewMicros: number } {
    const clock = {
      skewMicros: 0,
      nowMicros: () => Math.max(this.#nowMs * 1000 + clock.skewMicros, 0),
      monotonicMs: () => this.#nowMs,
      every: (everyMs: number, callback: () => void) => {
        const timer = { everyMs, nextMs: this.#nowMs + everyMs, callback };
        this.#timers.add(timer);
        return () => {
          this.#timers.delete(timer);
        };
      },
    };
    return clock;
  }

  /** Opens a hook and lets it stand where the charm's code runs. */
  async #begin(player: Player, hook: HookInfo): Promise<void> {
    if (player.finish !== undefined) return;
    const begun = deferred<void>();
    const ending = deferred<Ending>();
    let codeReturned = false;
    const body = async (): Promise<{ charmRan: boolean }> => {
      begun.resolve();
      const { failed, charmRan } = await ending.promise;
      if (failed) throw new CharmFailure();
      codeReturned = charmRan;
      return { charmRan };
    };
    const done = player.process.wrap(body, hook).then(
      () => this.#afterCode(player, hook, { codeReturned, committed: true }),
      (error: unknown) => {
        begun.resolve();
        if (!(error instanceof CharmFailure) && !LockStoreError.is(error)) throw error;
        this.#afterCode(player, hook, { codeReturned, committed: false });
      },
    );
    await Promise.race([begun.promise, done]);
    player.finish = async (how) => {
      player.finish = undefined;
      ending.resolve(how);
      await done;
    };
  }

  /**
   * Work ends when the charm's code has returned. Until then, in a hook that failed too, it may be half done.
   * A commit that fails after that is served again.
   */
  #afterCode(
    player: Player,
    { kind }: HookInfo,
    { codeReturned, committed }: { codeReturned: boolean; committed: boolean },
  ): void {
    if (!codeReturned) return;
    for (const [lock, workers] of this.#working) {
      if (!workers.has(player.name)) continue;
      // An action gives back only what it worked for itself: anything else is a failed hook's.
      if (kind === 'action' && this.#isOpen(player, lock)) continue;
      workers.delete(player.name);
      if (committed) player.wanted.delete(lock);
    }
  }

  #isOpen(player: Player, lock: string): boolean {
    for (const [unit, reading] of this.cluster.inspect().sheets) {
      if (unit !== player.name || reading.state !== 'present') continue;
      return [...reading.sheet.requests.keys()].some((name) => name === lock);
    }
    return false;
  }

  async #wholeHook(player: Player): Promise<void> {
    await this.#begin(player, { name: 'peers-relation-changed', kind: 'hook' });
    if (player.finish === undefined) return;
    for (const lock of Object.keys(LOCKS)) {
      if (player.process.serial.granted(lock)) this.#work(player, lock);
      else if (player.wanted.has(lock) && (await player.process.serial.acquire(lock))) {
        this.#work(player, lock);
      }
    }
    await player.finish({ failed: false, charmRan: true });
  }

  #work(player: Player, lock: string): void {
    const workers = this.#working.get(lock) ?? new Set();
    this.#working.set(lock, workers.add(player.name));
    const most = LOCKS[lock] ?? 1;
    if (workers.size > most) {
      this.violations.push(
        `${[...workers].join(' and ')} work under ${lock}, which allows ${most}`,
      );
    }
  }

  #isWorking({ name }: Player): boolean {
    return [...this.#working.values()].some((workers) => workers.has(name));
  }

  /** The process dies in the middle of its hook, and another takes its place. */
  async #die(player: Player): Promise<void> {
    player.finish = undefined;
    player.process.stopListening();
    await player.process.store.close();
    player.process = this.#start(player.name, player.clock);
  }

  #remove(player: Player, listed: boolean): void {
    this.cluster.remove(player.name, { listed });
    for (const workers of this.#working.values()) workers.delete(player.name);
    player.wanted.clear();
  }
}

class CharmFailure extends Error {}

interface Deferred<Value> {
  readonly promise: Promise<Value>;
  resolve(value: Value): void;
}

function deferred<Value>(): Deferred<Value> {
  const settles: ((value: Value) => void)[] = [];
  const promise = new Promise<Value>((settle) => {
    settles.push(settle);
  });
  return { promise, resolve: (value) => settles[0]?.(value) };
}

/** Lets everything that is ready run. */
async function flush(): Promise<void> {
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
}
