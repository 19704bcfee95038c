import { mkdtemp, open, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Serial } from '@baton/coordinator';
import { FileLockStore } from '@baton/storage-file';

// Not exported by the package: a benchmark may look inside.
import { realFileSystem, type FileSystem } from '../packages/storage-file/src/file-system.ts';
import { figure, type Figure } from './figure.ts';
import { medians } from './measure.ts';
import { quiet } from './quiet.ts';

const ROUNDS = 200;
const WARM_UP_ROUNDS = 20;
/** As large as the documents of a few units. */
const DOCUMENT: Uint8Array = new Uint8Array(40).fill(7);

/** The calls of one hook, how often each. */
type Counts = Map<string, number>;

/**
 * What a hook on files costs, next to the durable steps alone that as many documents need: write, fsync,
 * rename, fsync of the directory.
 */
export async function fileHookFigures(): Promise<readonly Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-bench-files-'));
  try {
    const alone = await figureOf(
      folder,
      'a hook on files that acquires, works and releases, alone',
      1,
    );
    const leading = await figureOf(folder, 'the same, leader of 5', 5);
    return [alone, leading];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function figureOf(folder: string, name: string, units: number): Promise<Figure> {
  const counts: Counts = new Map();
  const directory = join(folder, `locks-${units}`);
  const stores = Array.from(
    { length: units },
    (_, number) =>
      new FileLockStore(
        { directory, unit: `app/${number}` },
        { fileSystem: countingFileSystem(counts) },
      ),
  );
  const serials = stores.map((store) => new Serial({ store, logger: quiet }));
  try {
    // The first one to begin leads.
    for (const serial of serials) await idle(serial);
    const [leader] = serials;
    if (leader === undefined) throw new Error('there is no leader to measure');
    await hook(leader);
    counts.clear();
    await hook(leader);
    const documents = counts.get('rename') ?? 0;
    const note = [...counts].map(([call, count]) => `${count} ${call}`).join(', ');

    const bare = join(folder, `bare-${units}`);
    await realFileSystem.makeFolder(bare);
    const acts = [
      (): Promise<void> => hook(leader),
      (): Promise<void> => replaceBare(bare, documents),
    ];
    await medians(WARM_UP_ROUNDS, acts);
    const [hookMs = Number.NaN, bareMs = Number.NaN] = await medians(ROUNDS, acts);
    return figure({
      name,
      ms: hookMs,
      against: `${documents} documents replaced bare`,
      againstMs: bareMs,
      compared: 'ratio',
      limit: 2,
      note: `calls of one hook: ${note}`,
    });
  } finally {
    for (const store of stores) await store.close();
  }
}

async function hook(serial: Serial): Promise<void> {
  await serial.run(async () => {
    await serial.acquire('restart');
    return { charmRan: true };
  });
}

async function idle(serial: Serial): Promise<void> {
  await serial.run(async () => ({ charmRan: true }));
}

async function replaceBare(folder: string, documents: number): Promise<void> {
  for (let number = 0; number < documents; number += 1) {
    const path = join(folder, `document-${number}`);
    const file = await open(`${path}.tmp`, 'wx');
    await file.writeFile(DOCUMENT);
    await file.sync();
    await file.close();
    await rename(`${path}.tmp`, path);
    const directory = await open(folder, 'r');
    await directory.sync();
    await directory.close();
  }
}

function countingFileSystem(counts: Counts): FileSystem {
  const counted = <Result>(call: string, act: () => Result): Result => {
    counts.set(call, (counts.get(call) ?? 0) + 1);
    return act();
  };
  const real = realFileSystem;
  return {
    ...real,
    list: (path) => counted('list', () => real.list(path)),
    read: (path) => counted('read', () => real.read(path)),
    create: (path, bytes) => counted('create', () => real.create(path, bytes)),
    rename: (from, to) => counted('rename', () => real.rename(from, to)),
    link: (from, to) => counted('link', () => real.link(from, to)),
    remove: (path) => counted('remove', () => real.remove(path)),
    syncFolder: (path) => counted('syncFolder', () => real.syncFolder(path)),
  };
}
