// Node loads the promises of `fs` when they are first used, which few hooks do.
import { promises as fs } from 'node:fs';
import { join } from 'node:path';

import { LockStoreError } from '@baton/coordinator';
import { HookToolError, stateDelete, stateGet, stateSet } from '@baton/hook-tools';

import type { SessionContext } from './session-context.ts';

/** Where a stash is kept. */
interface StashKeeper {
  /** The command that takes the stash away. */
  readonly removal: string;
  read(): Promise<string | undefined>;
  /** Replaces the stash, or takes it away. */
  replace(text: string | undefined): Promise<void>;
}

/** A stash that was read, and where. */
export interface FoundStash {
  readonly keeper: StashKeeper;
  readonly text: string | undefined;
}

/**
 * Reads the stash: from the state that the controller keeps for the unit, which outlives the unit's machine or
 * pod, or, where Juju has no such state (before 2.8), from a file in the charm's folder.
 */
export async function findStash(
  context: SessionContext,
  charmDirectory: string | undefined,
): Promise<FoundStash> {
  const state = stateKeeper(context);
  try {
    return { keeper: state, text: await state.read() };
  } catch (error) {
    const isMissing = LockStoreError.is(error) && HookToolError.is(error.cause, 'MISSING');
    if (!isMissing || charmDirectory === undefined) throw error;
  }
  const file = fileKeeper(join(charmDirectory, `.${context.keys.own}-stash`), context);
  return { keeper: file, text: await file.read() };
}

function stateKeeper(context: SessionContext): StashKeeper {
  const { own } = context.keys;
  return {
    removal: `juju exec --unit ${context.unit} 'state-delete ${own}'`,
    read: () => context.call('read its stash', (transport) => stateGet(transport, own)),
    replace: (text) =>
      context.call('write its stash', (transport) =>
        // An empty value would be kept, and be no stash.
        text === undefined
          ? stateDelete(transport, own)
          : stateSet(transport, new Map([[own, text]])),
      ),
  };
}

function fileKeeper(path: string, { unit }: SessionContext): StashKeeper {
  return {
    removal: `juju exec --unit ${unit} 'rm ${path}'`,
    read: () => onDisk('read', path, () => readIfThere(path)),
    replace: (text) =>
      onDisk('write', path, () =>
        text === undefined ? fs.rm(path, { force: true }) : writeAtomically(path, text),
      ),
  };
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await fs.readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whoever reads finds the old text or the new one, whenever the machine stops. */
async function writeAtomically(path: string, text: string): Promise<void> {
  // One hook of a unit runs at a time, so what is there under this name was left by one that died.
  const temporary = `${path}.new`;
  const file = await fs.open(temporary, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await fs.rename(temporary, path);
}

async function onDisk<Value>(
  what: string,
  path: string,
  act: () => Promise<Value>,
): Promise<Value> {
  try {
    return await act();
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    throw new LockStoreError(
      'UNAVAILABLE',
      `cannot ${what} the stash ${path}: ${code}; see that the charm's folder can be written and has room`,
      { cause: error, path },
    );
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}
