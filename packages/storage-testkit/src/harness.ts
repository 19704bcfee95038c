import type { LockStore, UnitName } from '@baton/coordinator';

/**
 * A cluster of one backend, for one case: made by the backend's `setup`, used, and torn down. A member that
 * is missing means that the backend cannot be made to do that; the cases that need it are skipped, and say so.
 */
export interface LockStoreHarness {
  /** The names of at least three units of one application. They need not be members before they are opened. */
  readonly units: readonly [UnitName, UnitName, UnitName, ...UnitName[]];
  /**
   * Makes a store for a unit under the key `baton`, and the unit a member that can reach its peers. Called
   * again for the same unit only after the store before was closed or crashed.
   */
  open(unit: UnitName): Promise<LockStore>;
  /**
   * Makes an opened unit the leader, instead of the one before, at once and in the middle of hooks too. It
   * leads until another is elected, or it leaves. Before the first call, anybody or nobody may lead.
   */
  elect(unit: UnitName): Promise<void>;
  /** Takes an opened unit out of the application, for good. */
  leave(unit: UnitName): Promise<void>;
  /** Waits until what was published has reached everyone, and the callbacks that are due have been called. */
  settle?(): Promise<void>;
  /** Adds one more unit, which need not be opened yet, and returns its name. */
  addUnit?(): Promise<UnitName>;
  /** Adds a unit that cannot reach its peers before `join` is called. */
  joinLate?(): Promise<LateUnit>;
  /** Says that a unit is being removed, and still runs hooks. */
  dying?(unit: UnitName): Promise<void>;
  /** Makes a store for a unit under another key than `baton`, beside the one that is open. */
  openKey?(unit: UnitName, key: string): Promise<LockStore>;
  /** Makes a second store for a unit that one serves already, as another process would. */
  openAgain?(unit: UnitName): Promise<LockStore>;
  /** Ends the process of an opened unit at this instant: its store is gone, and may be opened again. */
  crash?(unit: UnitName): Promise<void>;
  /** Makes the next commit of the unit fail, as a backend that cannot be reached would. */
  failCommit?(unit: UnitName): Promise<void>;
  /** Makes asking who is alive fail, until called with `false`. */
  failLiveUnits?(failing: boolean): Promise<void>;
  /** Puts something unreadable in place of the published sheet of a unit. */
  corruptSheet?(unit: UnitName): Promise<void>;
  /** Puts something unreadable in place of the grant sheet. */
  corruptGrants?(): Promise<void>;
  /** Puts something unreadable in place of the stash of a unit. */
  corruptStash?(unit: UnitName): Promise<void>;
  /** Ends everything that was started, whatever the case left open. */
  teardown?(): Promise<void>;
}

/** A unit that is there before it can reach its peers. */
export interface LateUnit {
  /** Its name. */
  readonly unit: UnitName;
  /** Its store. */
  readonly store: LockStore;
  /** Lets it reach its peers. */
  join(): Promise<void>;
}

/** The members of a harness that a backend may lack. */
export type HarnessMember = Exclude<
  keyof LockStoreHarness,
  'units' | 'open' | 'elect' | 'leave' | 'teardown'
>;

/** The members of a store or its sessions that a backend may lack. */
export type StoreFeature = 'watch' | 'close' | 'refresh' | 'wake';

/** What a case cannot do without. */
export type Need = HarnessMember | StoreFeature;

const HARNESS_MEMBERS: readonly HarnessMember[] = [
  'settle',
  'addUnit',
  'joinLate',
  'dying',
  'openKey',
  'openAgain',
  'crash',
  'failCommit',
  'failLiveUnits',
  'corruptSheet',
  'corruptGrants',
  'corruptStash',
];

/** Opens a harness, looks what it and its stores offer, and tears it down. */
export async function whatIsOffered(
  setup: () => Promise<LockStoreHarness>,
): Promise<ReadonlySet<Need>> {
  const harness = await setup();
  try {
    const offered = new Set<Need>(HARNESS_MEMBERS.filter((name) => harness[name] !== undefined));
    const store = await harness.open(harness.units[0]);
    if (store.watch !== undefined) offered.add('watch');
    if (store.close !== undefined) offered.add('close');
    const session = await store.begin();
    if (session.grants.refresh !== undefined) offered.add('refresh');
    if (session.grants.wake !== undefined) offered.add('wake');
    await session.end('failure');
    return offered;
  } finally {
    await harness.teardown?.();
  }
}
