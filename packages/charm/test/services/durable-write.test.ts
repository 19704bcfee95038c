import type * as fileSystem from 'node:fs/promises';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FileReadinessStore } from '../../src/index.ts';

/** The calls that decide what a power cut leaves, in order. */
const calls = vi.hoisted((): string[] => []);
/** What of {@link calls} fails instead. */
const failing = vi.hoisted(() => new Set<string>());

const note = vi.hoisted(() => (call: string): void => {
  calls.push(call);
  if (failing.has(call)) throw Object.assign(new Error(call), { code: 'EIO', syscall: 'fsync' });
});

vi.mock('node:fs/promises', async (importOriginal) => {
  const original = await importOriginal<typeof fileSystem>();
  const open: typeof original.open = async (path, ...rest) => {
    const file = await original.open(path, ...rest);
    const sync = file.sync.bind(file);
    file.sync = async () => {
      note(`sync ${basename(String(path))}`);
      await sync();
    };
    return file;
  };
  const rename: typeof original.rename = async (from, to) => {
    note(`rename ${basename(String(from))} to ${basename(String(to))}`);
    await original.rename(from, to);
  };
  return { ...original, open, rename };
});

let folder: string;
beforeEach(async () => {
  calls.length = 0;
  folder = await mkdtemp(join(tmpdir(), 'baton-durable-'));
});
afterEach(async () => {
  failing.clear();
  await rm(folder, { recursive: true, force: true });
});

it('the bytes are on the disk before the file gets its name, and the name before write returns', async () => {
  await new FileReadinessStore({ path: join(folder, 'state') }).write(new Map());
  expect(calls).toEqual([
    'sync state.tmp',
    'rename state.tmp to state',
    `sync ${basename(folder)}`,
  ]);
});

it('bytes that do not reach the disk never get the name, and are taken away', async () => {
  const store = new FileReadinessStore({ path: join(folder, 'state') });
  await store.write(new Map([['web', { ready: true, ports: [] }]]));
  failing.add('sync state.tmp');
  await expect(store.write(new Map())).rejects.toMatchObject({ code: 'STATE_UNAVAILABLE' });
  expect(await readdir(folder)).toEqual(['state']);
  expect((await store.read()).has('web')).toBe(true);
});
