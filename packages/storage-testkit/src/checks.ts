import assert from 'node:assert/strict';
import { inspect } from 'node:util';

import {
  LockStoreError,
  sameGrantSheet,
  sameRequestSheet,
  type GrantSheet,
  type HookOutcome,
  type HookSession,
  type LockStore,
  type LockStoreErrorCode,
  type RequestSheet,
  type SheetReading,
  type UnitName,
} from '@baton/coordinator';

import type { LockStoreHarness } from './harness.ts';

/** Runs a hook: begins a session, does something in it, and ends it; as a failure where that throws. */
export async function hook<T>(
  store: LockStore,
  body: (session: HookSession) => Promise<T>,
  outcome: HookOutcome = 'success',
): Promise<T> {
  const session = await store.begin();
  let result: T;
  try {
    result = await body(session);
  } catch (error) {
    await session.end('failure');
    throw error;
  }
  await session.end(outcome);
  return result;
}

/** Publishes a unit's own sheet in a hook of its own, and lets it reach everyone. */
export async function publish(
  harness: LockStoreHarness,
  store: LockStore,
  sheet: RequestSheet,
): Promise<void> {
  await hook(store, (session) => session.peers.write(sheet));
  await harness.settle?.();
}

/** Elects a unit and writes grants in a hook of its own. */
export async function writeGrants(
  harness: LockStoreHarness,
  leader: LockStore,
  sheet: GrantSheet,
): Promise<void> {
  await harness.elect(leader.unit);
  await hook(leader, (session) => session.grants.write(sheet));
  await harness.settle?.();
}

/** Reads in a hook of its own what a store sees of one unit's sheet. */
export function sheetSeenBy(store: LockStore, unit: UnitName): Promise<SheetReading> {
  return hook(store, (session) => readingOf(session, unit));
}

/** Reads in a hook of its own what a store sees of the grants. */
export function grantsSeenBy(store: LockStore): Promise<GrantSheet> {
  return hook(store, (session) => session.grants.read());
}

/** Reads everybody's sheet and picks one, which must be there. */
export async function readingOf(session: HookSession, unit: UnitName): Promise<SheetReading> {
  const readings = await session.peers.readAll([unit]);
  const reading = readings.get(unit);
  assert.ok(reading !== undefined, `readAll([${unit}]) has no entry for ${unit}`);
  return reading;
}

/** Opens the first units of a harness; all of them are members by the time it resolves. */
export async function openThree(
  harness: LockStoreHarness,
): Promise<readonly [LockStore, LockStore, LockStore]> {
  const [a, b, c] = harness.units;
  const stores = [await harness.open(a), await harness.open(b), await harness.open(c)] as const;
  await harness.settle?.();
  return stores;
}

/** Checks that there is a sheet, and that it says what is expected. */
export function assertPresent(
  reading: SheetReading,
  expected: RequestSheet,
  what = 'the sheet',
): asserts reading is SheetReading & { readonly state: 'present' } {
  if (reading.state === 'present' && sameRequestSheet(reading.sheet, expected)) return;
  assert.fail(
    `${what} says what was written: expected ${inspect(expected)}, got ${inspect(reading)}`,
  );
}

/** Checks that there is no sheet. */
export function assertAbsent(reading: SheetReading, what = 'the sheet'): void {
  if (reading.state !== 'absent') assert.fail(`${what} is absent, got ${inspect(reading)}`);
}

/** Checks that there is a sheet that cannot be read, and that the reading says why. */
export function assertUnreadable(reading: SheetReading, what = 'the sheet'): void {
  if (reading.state === 'unreadable' && reading.error.message !== '') return;
  assert.fail(`${what} is unreadable, and the reading says why, got ${inspect(reading)}`);
}

/** Checks that the grants say what is expected. */
export function assertGrants(grants: GrantSheet, expected: GrantSheet, what = 'the grants'): void {
  if (sameGrantSheet(grants, expected)) return;
  assert.fail(`${what}: expected ${inspect(expected)}, got ${inspect(grants)}`);
}

/** Checks that a call rejects with a LockStoreError of one code. */
export async function assertRejects(
  call: () => Promise<unknown>,
  code: LockStoreErrorCode,
  what: string,
): Promise<void> {
  let result: unknown;
  try {
    result = await call();
  } catch (error) {
    if (LockStoreError.is(error, code)) return;
    assert.fail(
      `${what} rejects with LockStoreError ${code}, but it rejected with ${inspect(error)}`,
    );
  }
  assert.fail(`${what} rejects with LockStoreError ${code}, but it gave ${inspect(result)}`);
}

/** Closes a store that can be closed; a case that does so needs `close`. */
export async function close(store: LockStore): Promise<void> {
  if (store.close === undefined) assert.fail(missing('close'));
  await store.close();
}

/** Watches a store that can be watched, and returns how to stop; a case that does so needs `watch`. */
export function watch(store: LockStore, onChange: () => void): () => void {
  if (store.watch === undefined) assert.fail(missing('watch'));
  return store.watch(onChange);
}

/** Forgets the grants that a session has read; a case that does so needs `refresh`. */
export async function refresh(session: HookSession): Promise<void> {
  if (session.grants.refresh === undefined) assert.fail(missing('refresh'));
  await session.grants.refresh();
}

/** Asks for a fresh hook on every unit; a case that does so needs `wake`. */
export async function wake(session: HookSession): Promise<void> {
  if (session.grants.wake === undefined) assert.fail(missing('wake'));
  await session.grants.wake();
}

function missing(member: string): string {
  return `a store of this backend lacks ${member}, which another one had`;
}
