import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { parseUnitName, type UnitName } from '@baton/coordinator';
import type { LockStoreHarness } from '@baton/storage-testkit';
import { runLockStoreTests } from '@baton/storage-testkit/vitest';
import { vi } from 'vitest';

import { FileLockStore } from '../src/file-lock-store.ts';
import { numbersAfter } from '../src/document-names.ts';
import { escapeName } from '../src/escape.ts';
import { systemError, testingFileSystem, type TestingFileSystem } from './testing-file-system.ts';

/** The watch's own pause before it looks: a timer of the same length that is set later ends later. */
const SETTLE_MS = 5;
const NEVER = new Promise<never>(() => undefined);

interface Served {
  readonly store: FileLockStore;
  readonly fileSystem: TestingFileSystem;
}

async function setup(): Promise<LockStoreHarness> {
  const directory = await mkdtemp(join(tmpdir(), 'baton-conformance-'));
  const folder = join(directory, 'baton');
  const served = new Map<UnitName, Served>();
  const stores: FileLockStore[] = [];
  let extra = 10;
  let listingFails = false;

  function before(call: string): void {
    if (listingFails && call === 'list') throw systemError('EIO', call);
  }

  function make(unit: UnitName, key: string): Served {
    const fileSystem = testingFileSystem();
    fileSystem.before = before;
    const store = new FileLockStore({ directory, unit, key, pollEveryMs: 60_000 }, { fileSystem });
    stores.push(store);
    return { store, fileSystem };
  }
  function serving(unit: UnitName): Served {
    const found = served.get(unit);
    if (found === undefined) throw new Error(`${unit} was not opened`);
    return found;
  }
  async function open(unit: UnitName): Promise<FileLockStore> {
    const made = make(unit, 'baton');
    served.set(unit, made);
    const session = await made.store.begin();
    await session.end('success');
    return made.store;
  }
  async function corrupt(name: string): Promise<void> {
    await writeFile(join(folder, name), new Uint8Array([0xc1, 0xff, 0x00]));
  }
  /** A process dies by leaving its claims to an earlier boot, and never doing anything again. */
  async function crash(unit: UnitName): Promise<void> {
    const { store, fileSystem } = serving(unit);
    fileSystem.before = () => NEVER;
    stores.splice(stores.indexOf(store), 1);
    for (const name of await readdir(folder)) {
      if (!/^(claim|leader)\./.test(name)) continue;
      const text = await readFile(join(folder, name), 'utf8');
      if (!text.includes(JSON.stringify(unit))) continue;
      await writeFile(join(folder, name), text.replace(/"boot":"[^"]*"/, '"boot":"earlier"'));
    }
  }
  return {
    units: [parseUnitName('db/0'), parseUnitName('db/1'), parseUnitName('db/2')],
    open,
    elect: (unit) => serving(unit).store.takeLeadership(),
    leave: (unit) => serving(unit).store.leave(),
    settle: async () => {
      for (const { fileSystem } of served.values()) fileSystem.notice();
      await pause(SETTLE_MS);
    },
    addUnit: async () => parseUnitName(`db/${(extra += 1)}`),
    openKey: async (unit, key) => make(unit, key).store,
    openAgain: async (unit) => make(unit, 'baton').store,
    crash,
    failCommit: async (unit) => {
      const { fileSystem } = serving(unit);
      fileSystem.before = (call) => {
        if (call !== 'create') return;
        fileSystem.before = before;
        throw systemError('ENOSPC', call);
      };
    },
    failLiveUnits: async (failing) => {
      listingFails = failing;
    },
    corruptSheet: (unit) => corrupt(`sheet.${escapeName(unit)}`),
    corruptGrants: async () => {
      const newest = numbersAfter('grants.', await readdir(folder)).at(-1);
      if (newest === undefined) throw new Error('nobody has written grants');
      await corrupt(`grants.${newest}`);
    },
    teardown: async () => {
      for (const store of stores) await store.close();
      await rm(directory, { recursive: true });
    },
  };
}

// A hundred units join in one case, each with some syncs of the disk: seconds where the disk is busy.
vi.setConfig({ testTimeout: 60_000 });
runLockStoreTests('FileLockStore', setup);
