import {
  LockStoreError,
  Serial,
  type HookLifecycle,
  type HookWrap,
  type Logger,
} from '@baton/coordinator';
import { HookContext } from '@baton/hook-tools';
import { CharmFailure, type VirtualHook } from '@baton/juju-sim/virtual';
import { JujuLockStore } from '@baton/storage-juju';

import { LOCKS, POLICIES } from './locks.ts';
import type { Operations } from './operations.ts';
import type { HookWork } from './hook-work.ts';
import type { Wants } from './wants.ts';

/** How the charm behaves in one history. */
export interface CharmHabits {
  /** Where the leader keeps grants; what Juju's version says unless given. */
  readonly grants: 'application-databag' | undefined;
  /** How many of a hundred hooks want a lock that the unit does not want yet. */
  readonly wantsPercent: number;
  /** Hooks for which the charm has no code. */
  readonly without: ReadonlySet<string>;
}

/** What the charm's code knows beside its hook. */
export interface CharmWorld {
  readonly habits: CharmHabits;
  readonly wants: Wants;
  readonly operations: Operations;
  /** Whether the charm may want what it does not want yet, and fail by itself. */
  readonly restless: () => boolean;
}

/** Runs one hook, with a store and a coordinator of its own, as the process of a charm does. */
export async function runHook(
  hook: VirtualHook,
  work: HookWork,
  world: CharmWorld,
): Promise<number> {
  const { grants, without } = world.habits;
  const wraps: HookWrap[] = [];
  const lifecycle: HookLifecycle = { around: (wrap) => void wraps.push(wrap) };
  const serial = new Serial({
    store: new JujuLockStore({
      relation: 'cluster',
      transport: hook.transport,
      context: HookContext.fromEnvironment(hook.environment),
      ...(grants === undefined ? {} : { grants }),
    }),
    lifecycle,
    clock: hook.clock,
    policies: POLICIES,
    logger: logTo(hook),
  });
  const [around] = wraps;
  if (around === undefined) throw new TypeError('the coordinator did not register');
  try {
    await around(
      async () => {
        const charmRan = !without.has(hook.name);
        if (charmRan) await codeOfHook(hook, serial, work, world);
        hook.charmReturned();
        return { charmRan };
      },
      { name: hook.name, kind: hook.kind },
    );
    return 0;
  } catch (error) {
    if (!(error instanceof CharmFailure) && !LockStoreError.is(error)) throw error;
    hook.note(() => `fails: ${error.message}`);
    return 1;
  }
}

/** The charm's code of every hook: what it wants, and work under what it holds. */
async function codeOfHook(
  hook: VirtualHook,
  serial: Serial,
  work: HookWork,
  world: CharmWorld,
): Promise<void> {
  const { wants, habits, restless } = world;
  const { unit, random } = hook;
  const first = Math.floor(random() * LOCKS.length);
  for (let count = 0; count < LOCKS.length; count += 1) {
    const lock = LOCKS[(first + count) % LOCKS.length] ?? '';
    if (restless() && random() * 100 < habits.wantsPercent) wants.add(unit, lock);
    if (wants.has(unit, lock) || serial.requested(lock)) work.touched.add(lock);
    // In an action only `acquire` tells Baton that work is done under the lock.
    const holds = hook.kind === 'action' ? serial.requested(lock) : serial.granted(lock);
    if (holds && (await serial.acquire(lock))) {
      await workUnder(lock, hook, serial, work, world);
    } else if (wants.has(unit, lock)) {
      hook.note(() => `wants ${lock}`);
      if (!serial.requested(lock))
        work.asked.set(lock, { seen: work.grantsSeen, nowMicros: hook.clock.nowMicros() });
      if (await serial.acquire(lock)) await workUnder(lock, hook, serial, work, world);
      else if (restless() && random() < 0.04 && serial.cancel(lock)) {
        hook.note(() => `gives up waiting for ${lock}`);
        work.cancelled.add(lock);
        wants.drop(unit, lock);
      } else if (serial.requested(lock)) work.waitsFor.add(lock);
    }
  }
  if (random() < 0.3) await hook.pause('does something else');
}

async function workUnder(
  lock: string,
  hook: VirtualHook,
  serial: Serial,
  { touched, completed }: HookWork,
  { wants, operations }: CharmWorld,
): Promise<void> {
  const { unit, random } = hook;
  touched.add(lock);
  wants.worksUnder(unit, lock);
  operations.begin(unit, lock);
  const how = random();
  const length = random();
  const ms = how < 0.6 ? 50 : how < 0.85 ? 5_000 : how < 0.97 ? 40_000 : 300_000;
  await hook.pause(`works under ${lock}`, Math.ceil(length * ms), random() < 0.5);
  operations.end(unit, lock);
  completed.add(lock);
  wants.drop(unit, lock);
  hook.note(() => `has done its work under ${lock}`);
  if (random() < 0.1) {
    hook.note(() => `gives ${lock} back early`);
    serial.release(lock);
  }
}

function logTo(hook: VirtualHook): Logger {
  const note = (message: string): void => {
    hook.note(() => message);
  };
  return { debug: note, info: note, warn: note, error: note };
}
