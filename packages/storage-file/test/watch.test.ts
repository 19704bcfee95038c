import { expect, test, vi } from 'vitest';
import { join } from 'node:path';

import type { FileLockStore } from '../src/index.ts';
import { asking, atEnd, bury, granting, hook, newDirectory, newStore } from './places.ts';
import { systemError, type TestingFileSystem } from './testing-file-system.ts';

const SOON = { interval: 1, timeout: 4000 };

function watching(store: FileLockStore): { readonly calls: () => number } {
  let calls = 0;
  atEnd(
    store.watch(() => {
      calls += 1;
    }),
  );
  return { calls: () => calls };
}

/** Lets every watch of a store look, and waits until it has. */
async function look(fileSystem: TestingFileSystem): Promise<void> {
  const before = fileSystem.looks;
  fileSystem.notice();
  await vi.waitUntil(() => fileSystem.looks > before, { interval: 1 });
}

test('a change is found by looking now and then where the system reports nothing', async () => {
  const directory = newDirectory();
  const a = newStore(directory, 'db/0');
  const b = newStore(directory, 'db/1', { pollEveryMs: 5 });
  b.fileSystem.notices = false;
  await hook(b.store, async () => undefined);
  const watch = watching(b.store);
  await hook(a.store, (session) => session.peers.write(asking(5)));
  await expect.poll(watch.calls, SOON).toBeGreaterThan(0);
});

test('a change is found at once where the system reports it', async () => {
  const directory = newDirectory();
  const [a, b] = [newStore(directory, 'db/0'), newStore(directory, 'db/1')];
  await hook(b.store, async () => undefined);
  const watch = watching(b.store);
  await hook(a.store, (session) => session.peers.write(asking(5)));
  await expect.poll(watch.calls, SOON).toBeGreaterThan(0);
});

test.each(['ENOSPC', 'EMFILE'])('without watches to be had (%s) the poll goes on', async (code) => {
  const directory = newDirectory();
  const a = newStore(directory, 'db/0');
  const b = newStore(directory, 'db/1', { pollEveryMs: 5 });
  b.fileSystem.watch = () => {
    throw systemError(code, 'watch');
  };
  await hook(b.store, async () => undefined);
  const watch = watching(b.store);
  await hook(a.store, (session) => session.peers.write(asking(5)));
  await expect.poll(watch.calls, SOON).toBeGreaterThan(0);
});

test('a watch that breaks off is begun again', async () => {
  const directory = newDirectory();
  const b = newStore(directory, 'db/1', { pollEveryMs: 5 });
  const breaks: (() => void)[] = [];
  b.fileSystem.watch = (_path, _onEvent, onError) => {
    breaks.push(() => onError(systemError('EMFILE', 'watch')));
    return () => undefined;
  };
  await hook(b.store, async () => undefined);
  watching(b.store);
  breaks[0]?.();
  await expect.poll(() => breaks.length, SOON).toBeGreaterThan(1);
});

test('a watch may begin before there is a directory', async () => {
  const directory = join(newDirectory(), 'later');
  const [a, b] = [newStore(directory, 'db/0'), newStore(directory, 'db/1', { pollEveryMs: 5 })];
  const watch = watching(b.store);
  await hook(a.store, (session) => session.peers.write(asking(5)));
  await expect.poll(watch.calls, SOON).toBeGreaterThan(0);
});

test('own writes and temporary files call nobody back', async () => {
  const directory = newDirectory();
  const [a, b] = [newStore(directory, 'db/0'), newStore(directory, 'db/1')];
  await hook(b.store, async () => undefined);
  const watch = watching(a.store);
  await hook(a.store, async (session) => {
    expect((await session.leadership()).leader).toBe(true);
    await session.grants.write(granting('db/0', 5));
    await session.peers.write(asking(5));
    await session.local.write(asking(5));
  });
  await look(a.fileSystem);
  expect(watch.calls()).toBe(0);

  b.fileSystem.before = (call) => {
    if (call === 'rename') throw systemError('EIO', call);
  };
  await expect(hook(b.store, (session) => session.peers.write(asking(5)))).rejects.toThrow('EIO');
  await look(a.fileSystem);
  expect(watch.calls()).toBe(0);
});

test('that the own unit took over from a leader that closed is no news to it', async () => {
  const directory = newDirectory();
  const [a, b] = [newStore(directory, 'db/0'), newStore(directory, 'db/1')];
  await hook(a.store, (session) => session.leadership());
  await hook(b.store, async () => undefined);
  await a.store.close();
  const watch = watching(b.store);
  expect((await hook(b.store, (session) => session.leadership())).leader).toBe(true);
  await look(b.fileSystem);
  expect(watch.calls()).toBe(0);
});

test('a leader that died is told, so that somebody takes over, until somebody has', async () => {
  const directory = newDirectory();
  const [a, b] = [newStore(directory, 'db/0'), newStore(directory, 'db/1', { pollEveryMs: 5 })];
  await hook(a.store, (session) => session.leadership());
  await hook(b.store, async () => undefined);
  bury(join(a.store.path, 'leader.1'));
  const watch = watching(b.store);
  await expect.poll(watch.calls, SOON).toBeGreaterThan(1);

  expect((await hook(b.store, (session) => session.leadership())).leader).toBe(true);
  await look(b.fileSystem);
  const after = watch.calls();
  await look(b.fileSystem);
  await look(b.fileSystem);
  expect(watch.calls()).toBe(after);
});

test('a watch keeps no process alive and ends with the store', async () => {
  const directory = newDirectory();
  const b = newStore(directory, 'db/1', { pollEveryMs: 5 });
  await hook(b.store, async () => undefined);
  const watch = watching(b.store);
  await b.store.close();
  await hook(newStore(directory, 'db/0').store, (session) => session.peers.write(asking(5)));
  expect(b.fileSystem.isWatched()).toBe(false);
  expect(watch.calls()).toBe(0);
  expect(() => b.store.watch(() => undefined)).toThrow(expect.objectContaining({ code: 'CLOSED' }));
});
