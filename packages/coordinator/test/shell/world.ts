import { MemoryCluster, type MemoryClusterOptions } from '@baton/storage-memory';

import {
  compareUnits,
  EMPTY_REQUEST_SHEET,
  LockStoreError,
  parseLockName,
  parseUnitName,
  Serial,
  type BaseCoordinator,
  type CoordinatorOptions,
  type HookInfo,
  type HookLifecycle,
  type HookWrap,
  type RequestSheet,
  type SerialOptions,
} from '../../src/index.ts';
import { ManualClock } from './manual-clock.ts';
import { RecordingStore } from './recording-store.ts';

export const HOOK: HookInfo = { name: 'config-changed', kind: 'hook' };
export const RELATION_CHANGED: HookInfo = { name: 'peers-relation-changed', kind: 'hook' };
export const UPDATE_STATUS: HookInfo = { name: 'update-status', kind: 'hook' };
export const ACTION: HookInfo = { name: 'restart-now', kind: 'action' };
export const EXEC: HookInfo = { name: 'juju-exec', kind: 'exec' };

/** What the charm's code throws in a hook that is to fail. */
export class CharmFailure extends Error {}

/** A hook that stands where the charm's code runs. */
export interface OpenHook {
  /** Lets the charm's code return; rejects where the hook fails. */
  end(): Promise<void>;
  /** Ends a hook for which the charm has no code. */
  endWithoutCode(): Promise<void>;
  /** Lets the charm's code throw. */
  fail(): Promise<void>;
}

/** How a unit comes into the world. */
export interface UnitOptions extends Omit<
  SerialOptions,
  'store' | 'clock' | 'logger' | 'lifecycle'
> {
  readonly joined?: boolean;
  /** How wrong its wall clock is. */
  readonly skewMs?: number;
  /** Makes its coordinator; a {@link Serial} where absent. */
  readonly make?: (options: CoordinatorOptions) => BaseCoordinator;
}

/** The time between two hooks of a world, so that requests of different hooks have different tickets. */
const BETWEEN_HOOKS_MS = 1000;

/** An application whose units run hooks one by one, or let them overlap. */
export class World {
  readonly cluster: MemoryCluster;
  readonly #clocks: ManualClock[] = [];

  constructor(options: MemoryClusterOptions = {}) {
    this.cluster = new MemoryCluster({ application: 'db', ...options });
  }

  /** Adds the next unit, or the one with this name. */
  add({ joined = true, skewMs = 0, ...options }: UnitOptions = {}, name?: string): WorldUnit {
    const unit = this.cluster.addUnit(name, { joined });
    const clock = new ManualClock();
    clock.setWall(skewMs);
    this.#clocks.push(clock);
    return new WorldUnit(this, unit, clock, options);
  }

  /** Time goes by for everybody, and no timer runs. */
  block(forMs: number): void {
    for (const clock of this.#clocks) clock.block(forMs);
  }

  betweenHooks(): void {
    this.block(BETWEEN_HOOKS_MS);
  }

  /** Who is in the grant sheet, with which ticket: `lock → unit → ticket`. */
  get grants(): Record<string, Record<string, number>> {
    const { grants } = this.cluster.inspect();
    if (LockStoreError.is(grants)) throw grants;
    return Object.fromEntries(
      [...grants].map(([lock, units]) => [lock, Object.fromEntries(units)]),
    );
  }

  /** The units in the grant sheet for a lock. */
  listed(lock: string = 'restart'): string[] {
    return Object.keys(this.grants[lock] ?? {});
  }

  /** The units in the grant sheet for a lock, but those that have published that they gave it back. */
  holders(lock: string = 'restart'): string[] {
    return Object.entries(this.grants[lock] ?? {})
      .filter(([name, ticket]) => !this.#hasGivenBack(name, lock, ticket))
      .map(([name]) => parseUnitName(name))
      .toSorted(compareUnits);
  }

  #hasGivenBack(unit: string, lock: string, ticket: number): boolean {
    const { requests, lastTicket } = this.sheet(unit);
    return lastTicket >= ticket && requests.get(parseLockName(lock)) !== ticket;
  }

  /** A unit's published sheet; an empty one where it has published none. */
  sheet(unit: string): RequestSheet {
    const reading = this.cluster.inspect().sheets.get(parseUnitName(unit));
    return reading?.state === 'present' ? reading.sheet : EMPTY_REQUEST_SHEET;
  }

  /** Whether a unit has published a sheet that can be read. */
  hasPublished(unit: string): boolean {
    return this.cluster.inspect().sheets.get(parseUnitName(unit))?.state === 'present';
  }
}

/** One unit: its process, its clock, what it logged. */
export class WorldUnit {
  readonly name: string;
  readonly clock: ManualClock;
  readonly log: string[] = [];
  readonly warnings: string[] = [];
  readonly #world: World;
  readonly #options: UnitOptions;
  #process: Process;

  constructor(world: World, name: string, clock: ManualClock, options: UnitOptions) {
    this.#world = world;
    this.name = name;
    this.clock = clock;
    this.#options = options;
    this.#process = this.#start();
  }

  get coordinator(): BaseCoordinator {
    return this.#process.coordinator;
  }

  get store(): RecordingStore {
    return this.#process.store;
  }

  /** Ends this process, in the middle of a hook too, and starts another. */
  async newProcess(): Promise<void> {
    await this.store.close();
    this.#process = this.#start();
  }

  /** Runs a whole hook with the charm's code in it, and gives what the code gives. */
  async run<Value = void>(
    code?: (coordinator: BaseCoordinator) => Value | Promise<Value>,
    hook: HookInfo = HOOK,
  ): Promise<Value> {
    this.#world.betweenHooks();
    const { coordinator } = this;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- without code, Value is void
    return coordinator.run(() => code?.(coordinator) as Value | Promise<Value>, hook);
  }

  /** Runs a whole hook in which the charm has no code. */
  async runWithoutCode(hook: HookInfo = HOOK): Promise<void> {
    await (await this.open(hook)).endWithoutCode();
  }

  /** Runs a whole hook whose code throws in the end. */
  async failing(
    code?: (coordinator: BaseCoordinator) => unknown,
    hook: HookInfo = HOOK,
  ): Promise<void> {
    try {
      await this.run(async (coordinator) => {
        await code?.(coordinator);
        throw new CharmFailure();
      }, hook);
    } catch (error) {
      if (!(error instanceof CharmFailure)) throw error;
    }
  }

  /** Asks for the lock in a hook of its own; says whether it was granted at once. */
  async asks(lock: string = 'restart'): Promise<boolean> {
    return this.run((coordinator) => coordinator.acquire(lock));
  }

  /** Whether the unit holds the lock, asked in a hook that then fails, so that nothing changes. */
  async holds(lock: string = 'restart'): Promise<boolean> {
    let held = false;
    await this.failing((coordinator) => {
      held = coordinator.granted(lock);
    });
    return held;
  }

  /** Opens a hook and lets it stand where the charm's code runs. */
  async open(hook: HookInfo = HOOK): Promise<OpenHook> {
    this.#world.betweenHooks();
    const begun = deferred<void>();
    const ending = deferred<Ending>();
    const done = this.#process.wrap(async () => {
      begun.resolve();
      const how = await ending.promise;
      if (how === 'failed') throw new CharmFailure();
      return { charmRan: how === 'ran' };
    }, hook);
    await Promise.race([begun.promise, done]);
    const finish = async (how: Ending): Promise<void> => {
      ending.resolve(how);
      await done;
    };
    return {
      end: () => finish('ran'),
      endWithoutCode: () => finish('no-code'),
      fail: async () => {
        await finish('failed').catch((error: unknown) => {
          if (!(error instanceof CharmFailure)) throw error;
        });
      },
    };
  }

  /** The sheet this unit keeps for itself. */
  async stash(): Promise<RequestSheet | undefined> {
    const session = await this.store.begin();
    try {
      return await session.local.read();
    } finally {
      await session.end('failure');
      this.store.taken();
    }
  }

  #start(): Process {
    const store = new RecordingStore(this.#world.cluster.store(this.name));
    const wraps: HookWrap[] = [];
    const lifecycle: HookLifecycle = { around: (wrap) => void wraps.push(wrap) };
    const { make = (options: CoordinatorOptions) => new Serial(options), ...rest } = this.#options;
    const info = (line: string): void => void this.log.push(line);
    const warn = (line: string): void => void this.warnings.push(line);
    const logger = { debug: info, info, warn, error: warn };
    const coordinator = make({ ...rest, store, lifecycle, logger, clock: this.clock });
    const [wrap] = wraps;
    if (wrap === undefined) throw new Error('the coordinator did not register');
    return { store, coordinator, wrap };
  }
}

type Ending = 'ran' | 'no-code' | 'failed';

interface Process {
  readonly store: RecordingStore;
  readonly coordinator: BaseCoordinator;
  readonly wrap: HookWrap;
}

/** Three units that have all run a hook, of which the first leads. */
export async function trio(options: MemoryClusterOptions = {}): Promise<{
  readonly world: World;
  readonly leader: WorldUnit;
  readonly second: WorldUnit;
  readonly third: WorldUnit;
}> {
  const world = new World(options);
  const [leader, second, third] = [world.add(), world.add(), world.add()];
  world.cluster.elect(leader.name);
  for (const unit of [leader, second, third]) {
    await unit.run();
    unit.store.taken();
  }
  return { world, leader, second, third };
}

/** A promise and how to settle it. */
export function deferred<Value>(): {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value) => void;
} {
  let resolve: (value: Value) => void = doNothing;
  const promise = new Promise<Value>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

function doNothing(): void {}
