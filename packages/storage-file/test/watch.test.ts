import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { parseUnitName } from '@baton/coordinator';
import { expect, test, vi } from 'vitest';

import { realFileSystem } from '../src/file-system.ts';
import type { FileLockStore } from '../src/index.ts';
import { watchFolder, type WatchOptions } from '../src/watch.ts';
import { asking, atEnd, bury, granting, hook, newDirectory, newStore } from './places.ts';
import { systemError, testingFileSystem, type TestingFileSystem } from './testing-file-system.ts';

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

/** A watch of a folder in which nothing happens, and how often it has called back. */
function watchNothing(
  fileSystem: TestingFileSystem,
  options: Partial<WatchOptions> = {},
): { calls: number } {
  const seen = { calls: 0 };
  atEnd(
    watchFolder({
      fileSystem,
      folder: newDirectory(),
      unit: parseUnitName('db/1'),
      pollEveryMs: 5,
      isOwnEpoch: () => false,
      leaderIsGone: async () => false,
      onChange: () => {
        seen.calls += 1;
      },
      ...options,
    }),
  );
  return seen;
}

test('a folder that cannot be looked at calls nobody back, until it can be and has changed', async () => {
  const directory = newDirectory();
  const a = newStore(directory, 'db/0');
  const fileSystem = testingFileSystem();
  let refusals = 0;
  let readable = false;
  fileSystem.listNow = (path) => {
    if (readable) return realFileSystem.listNow(path);
    refusals += 1;
    throw systemError('EACCES', 'scandir');
  };
  const watch = watchNothing(fileSystem, { folder: a.store.path });
  await expect.poll(() => refusals, SOON).toBeGreaterThan(2);
  expect(watch.calls).toBe(0);
  await hook(a.store, (session) => session.peers.write(asking(5)));
  readable = true;
  await expect.poll(() => watch.calls, SOON).toBe(1);
});

test('a document that goes between listing and looking is none', async () => {
  const directory = newDirectory();
  const a = newStore(directory, 'db/0');
  await hook(a.store, (session) => session.peers.write(asking(5)));
  const fileSystem = testingFileSystem();
  let gone = false;
  fileSystem.versionNow = (path) =>
    gone && path.endsWith('sheet.db%2f0') ? undefined : realFileSystem.versionNow(path);
  const watch = watchNothing(fileSystem, { folder: a.store.path });
  gone = true;
  await expect.poll(() => watch.calls, SOON).toBe(1);
});

test('a leadership claim that cannot be read ends no watch', async () => {
  const directory = newDirectory();
  const [a, b] = [newStore(directory, 'db/0'), newStore(directory, 'db/1', { pollEveryMs: 5 })];
  await hook(a.store, (session) => session.leadership());
  await hook(b.store, async () => undefined);
  const path = join(a.store.path, 'leader.1');
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, '?');
  atEnd(() => writeFileSync(path, text));
  const watch = watching(b.store);
  const before = b.fileSystem.looks;
  await expect.poll(() => b.fileSystem.looks, SOON).toBeGreaterThan(before + 3);
  expect(watch.calls()).toBe(0);
  await hook(a.store, (session) => session.peers.write(asking(5)));
  await expect.poll(watch.calls, SOON).toBeGreaterThan(0);
});

test('while it is still being asked whether the leader is gone, it is not asked again', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  atEnd(() => vi.useRealTimers());
  const answers: ((gone: boolean) => void)[] = [];
  const watch = watchNothing(testingFileSystem(), {
    leaderIsGone: () => new Promise((resolve) => answers.push(resolve)),
  });
  await vi.advanceTimersByTimeAsync(20);
  expect(answers).toHaveLength(1);
  answers[0]?.(true);
  await vi.advanceTimersByTimeAsync(20);
  expect(answers).toHaveLength(2);
  expect(watch.calls).toBe(1);
});

test('a watch that was stopped while it asked whether the leader is gone calls nobody back', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  atEnd(() => vi.useRealTimers());
  const answers: ((gone: boolean) => void)[] = [];
  let calls = 0;
  const stop = watchFolder({
    fileSystem: testingFileSystem(),
    folder: newDirectory(),
    unit: parseUnitName('db/1'),
    pollEveryMs: 5,
    isOwnEpoch: () => false,
    leaderIsGone: () => new Promise((resolve) => answers.push(resolve)),
    onChange: () => {
      calls += 1;
    },
  });
  await vi.advanceTimersByTimeAsync(5);
  stop();
  answers[0]?.(true);
  await vi.advanceTimersByTimeAsync(5);
  expect([answers.length, calls]).toEqual([1, 0]);
});

test.each(['watch', 'listNow'] as const)(
  'a mistake in the program is thrown where a watch begins, which then does not go on: %s',
  (call) => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    atEnd(() => vi.useRealTimers());
    const fileSystem = testingFileSystem();
    const broken = new TypeError('a mistake');
    fileSystem[call] = () => {
      throw broken;
    };
    expect(() => watchNothing(fileSystem)).toThrow(broken);
    expect(vi.getTimerCount()).toBe(0);
  },
);

test('a unit that watches before its first hook is told what a leader has done', async () => {
  const directory = newDirectory();
  const [a, b] = [newStore(directory, 'db/0'), newStore(directory, 'db/1', { pollEveryMs: 5 })];
  await hook(a.store, (session) => session.leadership());
  const watch = watching(b.store);
  await hook(a.store, (session) => session.grants.write(granting('db/1', 5)));
  await expect.poll(watch.calls, SOON).toBeGreaterThan(0);
});
