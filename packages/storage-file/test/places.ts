import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  parseLockName,
  parseTicket,
  parseUnitName,
  EMPTY_REQUEST_SHEET,
  type GrantSheet,
  type HookSession,
  type RequestSheet,
  type UnitName,
} from '@baton/coordinator';
import { onTestFinished } from 'vitest';

import { FileLockStore, type FileLockStoreInternals } from '../src/file-lock-store.ts';
import { testingFileSystem, type Call, type TestingFileSystem } from './testing-file-system.ts';

/** Does something when the test is over, the latest first. */
export function atEnd(end: () => unknown): void {
  onTestFinished(async () => {
    await end();
  });
}

/** An empty directory for one test. */
export function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'baton-files-'));
  atEnd(() => rmSync(directory, { recursive: true }));
  return directory;
}

/** A store on a file system into which the test can step. */
export function newStore(
  directory: string,
  unit: string,
  options: { readonly key?: string; readonly pollEveryMs?: number } = {},
  internals: FileLockStoreInternals = {},
): { readonly store: FileLockStore; readonly fileSystem: TestingFileSystem } {
  const fileSystem = testingFileSystem();
  const store = new FileLockStore(
    { directory, unit, pollEveryMs: 60_000, ...options },
    { fileSystem, ...internals },
  );
  atEnd(async () => {
    fileSystem.before = () => undefined;
    fileSystem.after = () => undefined;
    await store.close();
  });
  return { store, fileSystem };
}

/** Runs a hook; as a failure where `body` throws. */
export async function hook<T>(
  store: FileLockStore,
  body: (session: HookSession) => Promise<T>,
): Promise<T> {
  const session = await store.begin();
  try {
    const result = await body(session);
    await session.end('success');
    return result;
  } catch (error) {
    await session.end('failure').catch(() => undefined);
    throw error;
  }
}

/** The names in the folder of a key, the temporary ones too. */
export function namesIn(directory: string, key = 'baton'): readonly string[] {
  return readdirSync(join(directory, key)).toSorted();
}

/** A sheet that asks for `restart`. */
export function asking(ticket: number): RequestSheet {
  return {
    ...EMPTY_REQUEST_SHEET,
    lastTicket: ticket,
    requests: new Map([[parseLockName('restart'), parseTicket(ticket)]]),
  };
}

/** Grants of `restart`. */
export function granting(unit: string, ticket: number): GrantSheet {
  const units = new Map<UnitName, ReturnType<typeof parseTicket>>([
    [parseUnitName(unit), parseTicket(ticket)],
  ]);
  return new Map([[parseLockName('restart'), units]]);
}

/** Makes it look as if the owner of a claim had died with an earlier boot of the machine. */
export function bury(path: string): void {
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.replace(/"boot":"[^"]*"/, '"boot":"earlier"'));
}

/** A promise, and how to keep it. */
export function gate(): { readonly passed: Promise<void>; readonly open: () => void } {
  const resolvers: (() => void)[] = [];
  const passed = new Promise<void>((resolve) => {
    resolvers.push(resolve);
  });
  return { passed, open: () => resolvers[0]?.() };
}

/** A call at which a store stops until it is released. */
export interface Held {
  /** Resolves when the store has come there. */
  readonly reached: Promise<void>;
  readonly release: () => void;
}

/** Stops a store just before, or just after, a call on a file whose name begins so. */
export function holdAt(
  fileSystem: TestingFileSystem,
  when: 'before' | 'after',
  call: Call,
  name: string,
): Held {
  const [there, go] = [gate(), gate()];
  fileSystem[when] = async (made, of) => {
    if (made !== call || !of.startsWith(name)) return;
    there.open();
    await go.passed;
  };
  return { reached: there.passed, release: go.open };
}

/** Lets two stores make the same call only once both are about to. */
export function meetAt(fileSystems: readonly TestingFileSystem[], call: Call, name: string): void {
  let waiting = 0;
  const all = gate();
  for (const fileSystem of fileSystems) {
    fileSystem.before = async (made, of) => {
      if (made !== call || of !== name) return;
      waiting += 1;
      if (waiting === fileSystems.length) all.open();
      await all.passed;
    };
  }
}
