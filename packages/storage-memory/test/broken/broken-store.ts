import {
  LockStoreError,
  compactCodec,
  type GrantSheet,
  type HookSession,
  type LeaderGrants,
  type LocalState,
  type LockStore,
  type LockStoreErrorCode,
  type PeerRequests,
  type RequestSheet,
  type UnitName,
} from '@baton/coordinator';
import { MemoryCluster, type MemoryClusterOptions } from '@baton/storage-memory';
import type { LockStoreHarness } from '@baton/storage-testkit';

import { memoryHarness } from '../memory-harness.ts';

/** The parts of a session that are broken; the others stay as they are. */
export interface SessionParts {
  readonly leadership?: HookSession['leadership'];
  readonly end?: HookSession['end'];
  readonly peers?: Partial<PeerRequests>;
  readonly grants?: Partial<LeaderGrants>;
  readonly local?: Partial<LocalState>;
}

/** What is broken in one cluster. It is made anew for each, so it may keep what it likes. */
export interface Fault {
  readonly session?: (session: HookSession, unit: UnitName) => SessionParts;
  readonly store?: (store: LockStore) => Partial<LockStore>;
  readonly harness?: (harness: Required<LockStoreHarness>) => Partial<LockStoreHarness>;
}

/** A store with one fault, and the case that must find it. */
export interface BrokenStore {
  readonly name: string;
  /** Topic and name of the case. */
  readonly caughtBy: string;
  readonly setup: () => Required<LockStoreHarness>;
}

/** Makes a broken store out of a memory store. */
export function broken(
  name: string,
  caughtBy: string,
  faultOf: (cluster: MemoryCluster) => Fault,
  options: MemoryClusterOptions = {},
): BrokenStore {
  const setup = (): Required<LockStoreHarness> => {
    const cluster = new MemoryCluster({ application: 'db', ...options });
    const fault = faultOf(cluster);
    const harness = memoryHarness(cluster, (store) => breakStore(store, fault));
    return { ...harness, ...fault.harness?.(harness) };
  };
  return { name, caughtBy, setup };
}

/** Publishes a sheet behind the store's back. */
export function forceSheet(cluster: MemoryCluster, unit: UnitName, sheet: RequestSheet): void {
  cluster.corrupt(unit, compactCodec.encodeRequestSheet(sheet));
}

/** Publishes grants behind the store's back. */
export function forceGrants(cluster: MemoryCluster, sheet: GrantSheet): void {
  cluster.corrupt('grants', compactCodec.encodeGrantSheet(sheet));
}

/** Resolves to what `call` gives, or to what `instead` makes of its rejection. */
export async function orElse<T>(
  call: () => Promise<T>,
  instead: (error: unknown) => T | Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    return instead(error);
  }
}

/** The same, for a rejection with one code; others are passed on. */
export function unless<T>(
  code: LockStoreErrorCode,
  call: () => Promise<T>,
  instead: () => T | Promise<T>,
): Promise<T> {
  return orElse(call, (error) => {
    if (!LockStoreError.is(error, code)) throw error;
    return instead();
  });
}

function breakStore(store: LockStore, fault: Fault): LockStore {
  const whole: LockStore = {
    unit: store.unit,
    key: store.key,
    begin: async () => {
      const session = await store.begin();
      return fault.session === undefined
        ? session
        : breakSession(session, fault.session(session, store.unit));
    },
    watch: (onChange) => store.watch?.(onChange) ?? (() => {}),
    close: async () => store.close?.(),
  };
  return { ...whole, ...fault.store?.(whole) };
}

function breakSession(session: HookSession, parts: SessionParts): HookSession {
  return {
    leadership: parts.leadership ?? (() => session.leadership()),
    end: parts.end ?? ((outcome) => session.end(outcome)),
    peers: {
      joined: () => session.peers.joined(),
      readOwn: () => session.peers.readOwn(),
      readAll: (alsoRead) => session.peers.readAll(alsoRead),
      write: (sheet) => session.peers.write(sheet),
      liveUnits: () => session.peers.liveUnits(),
      ...parts.peers,
    },
    grants: { ...session.grants, ...parts.grants },
    local: {
      read: () => session.local.read(),
      write: (sheet) => session.local.write(sheet),
      ...parts.local,
    },
  };
}
