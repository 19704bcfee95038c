import assert from 'node:assert/strict';

import type { LockStore } from '@baton/coordinator';

import {
  assertRejects,
  close,
  hook,
  openThree,
  publish,
  wake,
  watch,
  writeGrants,
} from '../checks.ts';
import { topic, type ConformanceCase } from '../conformance-case.ts';
import { grantSheet, sheetAsking } from '../documents.ts';

const watching = topic('watching');
const waking = topic('waking');

/** Who is called back, and when. Cases that wait for a callback wait without end where none comes. */
export const watchCases: readonly ConformanceCase[] = [
  watching('calls back when another unit has published a sheet', ['watch'], async (h) => {
    const [a, b] = await openThree(h);
    await calledBack(b, () => publish(h, a, sheetAsking('restart', 5)));
  }),
  watching('calls back again for every later change', ['watch'], async (h) => {
    const [a, b] = await openThree(h);
    const watcher = startWatching(b);
    for (const ticket of [5, 6, 7]) {
      const next = watcher.next();
      await publish(h, a, sheetAsking('restart', ticket));
      await next;
    }
    watcher.stop();
  }),
  watching('calls back when the leader has written grants', ['watch'], async (h) => {
    const [a, b] = await openThree(h);
    await h.elect(a.unit);
    await h.settle?.();
    await calledBack(b, () => writeGrants(h, a, grantSheet(['restart', b.unit, 5])));
  }),
  watching('calls back the unit that becomes leader', ['watch'], async (h) => {
    const [a, b] = await openThree(h);
    await h.elect(a.unit);
    await h.settle?.();
    await calledBack(b, () => h.elect(b.unit));
  }),
  watching('calls back when a unit has left', ['watch'], async (h) => {
    const [a, b, c] = await openThree(h);
    await h.elect(a.unit);
    await h.settle?.();
    await calledBack(b, () => h.leave(c.unit));
  }),
  watching('calls back when a unit has joined', ['watch', 'addUnit'], async (h) => {
    const [, b] = await openThree(h);
    await h.settle?.();
    await calledBack(b, async () => {
      await h.open(await h.addUnit());
    });
  }),
  watching(
    'does not call back for what the unit itself published',
    ['watch', 'settle'],
    async (h) => {
      const [a, b] = await openThree(h);
      await h.settle();
      const watcher = startWatching(a);
      await hook(a, async (session) => {
        await session.peers.write(sheetAsking('restart', 5));
        await session.local.write(sheetAsking('stashed', 3));
      });
      await h.settle();
      assert.equal(watcher.calls(), 0, 'after the own hook');
      const next = watcher.next();
      await publish(h, b, sheetAsking('restart', 6));
      await next;
      watcher.stop();
    },
  ),
  watching(
    'calls back the leader for its own grants if they are there on commit, and only then',
    ['watch', 'settle'],
    async (h) => {
      const [a] = await openThree(h);
      await h.elect(a.unit);
      await h.settle();
      const watcher = startWatching(a);
      const visibility = await hook(a, async (session) => {
        await session.grants.write(grantSheet(['restart', a.unit, 5]));
        return session.grants.visibility;
      });
      await h.settle();
      // A leader may use a grant on commit in a later hook only, so one has to come.
      assert.equal(watcher.calls() > 0, visibility === 'on-commit', visibility);
      watcher.stop();
    },
  ),
  watching(
    'does not call back for a hook that failed or wrote nothing',
    ['watch', 'settle'],
    async (h) => {
      const [a, b] = await openThree(h);
      await h.settle();
      const watcher = startWatching(b);
      await hook(a, (session) => session.peers.write(sheetAsking('restart', 5)), 'failure');
      await hook(a, (session) => session.peers.readAll([]));
      await hook(a, (session) => session.local.write(sheetAsking('stashed', 3)));
      await h.settle();
      assert.equal(watcher.calls(), 0);
      watcher.stop();
    },
  ),
  watching('stops when it is told to, for that watcher alone', ['watch', 'settle'], async (h) => {
    const [a, b] = await openThree(h);
    await h.settle();
    const stopped = startWatching(b);
    const other = startWatching(b);
    stopped.stop();
    stopped.stop();
    const next = other.next();
    await publish(h, a, sheetAsking('restart', 5));
    await next;
    assert.equal(stopped.calls(), 0);
    other.stop();
  }),
  watching('ends when the store is closed', ['watch', 'settle', 'close'], async (h) => {
    const [a, b] = await openThree(h);
    await h.settle();
    const watcher = startWatching(b);
    await close(b);
    await publish(h, a, sheetAsking('restart', 5));
    await h.settle();
    assert.equal(watcher.calls(), 0);
  }),
  waking(
    'calls back every unit once the hook has succeeded, its own included',
    ['watch', 'wake'],
    async (h) => {
      const stores = await openThree(h);
      const [a] = stores;
      await h.elect(a.unit);
      await h.settle?.();
      const watchers = stores.map(startWatching);
      const all = watchers.map((watcher) => watcher.next());
      await hook(a, wake);
      await h.settle?.();
      await Promise.all(all);
      for (const watcher of watchers) watcher.stop();
    },
  ),
  waking('calls back again in a later hook', ['watch', 'wake'], async (h) => {
    const [a] = await openThree(h);
    await h.elect(a.unit);
    await h.settle?.();
    for (let round = 0; round < 2; round += 1) await calledBack(a, () => hook(a, wake));
  }),
  waking(
    'waits for the end of the hook, and is dropped if it failed',
    ['watch', 'wake', 'settle'],
    async (h) => {
      const [a, b] = await openThree(h);
      await h.elect(a.unit);
      await h.settle();
      const watcher = startWatching(b);
      const session = await a.begin();
      await wake(session);
      await h.settle();
      assert.equal(watcher.calls(), 0, 'before the end of the hook');
      await session.end('failure');
      await h.settle();
      assert.equal(watcher.calls(), 0, 'after a failed hook');
      watcher.stop();
    },
  ),
  waking('is refused with NOT_LEADER to a follower', ['wake'], async (h) => {
    const [a, b] = await openThree(h);
    await h.elect(a.unit);
    await hook(b, (session) =>
      assertRejects(() => wake(session), 'NOT_LEADER', "a follower's wake()"),
    );
  }),
];

interface Watch {
  /** How often it was called back so far. */
  calls(): number;
  /** Resolves at the next callback. */
  next(): Promise<void>;
  stop(): void;
}

function startWatching(store: LockStore): Watch {
  let calls = 0;
  let waiting: (() => void)[] = [];
  const stop = watch(store, () => {
    calls += 1;
    const called = waiting;
    waiting = [];
    for (const resolve of called) resolve();
  });
  return {
    calls: () => calls,
    next: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
      }),
    stop,
  };
}

async function calledBack(store: LockStore, change: () => Promise<void>): Promise<void> {
  const watcher = startWatching(store);
  const next = watcher.next();
  await change();
  await next;
  watcher.stop();
}
