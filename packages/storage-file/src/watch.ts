import { LockStoreError, type UnitName } from '@baton/coordinator';

import { errnoOf } from './disk-error.ts';
import { numbersAfter, GRANTS_PREFIX, LEADER_PREFIX, parseDocumentName } from './document-names.ts';
import type { FileSystem } from './file-system.ts';

/** Long enough for the names of one write to change, short enough that nobody waits for it. */
const SETTLE_MS = 5;

/** What a watch looks at, and for whom. */
export interface WatchOptions {
  readonly fileSystem: FileSystem;
  /** The folder of the key; it may not exist yet. */
  readonly folder: string;
  readonly unit: UnitName;
  readonly pollEveryMs: number;
  /** Whether the unit itself leads in this epoch, so that what happens there is its own doing. */
  readonly isOwnEpoch: (epoch: number) => boolean;
  /** Whether the leader is gone, so that somebody has to take over. */
  readonly leaderIsGone: () => Promise<boolean>;
  readonly onChange: () => void;
}

/**
 * Calls back when another unit has changed something. The system's own notice is only a hint, which some
 * file systems never give: the folder is looked at every `pollEveryMs` milliseconds too, and what counts is
 * whether it looks different.
 */
export function watchFolder(options: WatchOptions): () => void {
  const { fileSystem, folder, onChange } = options;
  let seen = fingerprint(options) ?? new Map<string, string>();
  let settling: NodeJS.Timeout | undefined;
  let stopWatching: (() => void) | undefined;
  let stopped = false;

  function look(): boolean {
    const now = fingerprint(options);
    if (now === undefined) return false;
    const changed = differs(seen, now);
    seen = now;
    if (changed) onChange();
    return changed;
  }
  function lookSoon(): void {
    settling ??= setTimeout(() => {
      settling = undefined;
      look();
    }, SETTLE_MS).unref();
  }
  function dropWatch(): void {
    stopWatching?.();
    stopWatching = undefined;
  }
  function tryToWatch(): void {
    try {
      stopWatching ??= fileSystem.watch(folder, lookSoon, dropWatch);
    } catch (error) {
      // No folder yet, or no more watches to be had: the poll goes on, and tries again.
      if (errnoOf(error) === undefined) throw error;
    }
  }
  async function leaderIsGone(): Promise<boolean> {
    try {
      return await options.leaderIsGone();
    } catch (error) {
      // What is wrong is told by the next hook, which asks the same.
      if (!LockStoreError.is(error)) throw error;
      return false;
    }
  }
  async function poll(): Promise<void> {
    tryToWatch();
    if (!look() && (await leaderIsGone()) && !stopped) onChange();
  }

  // Before the timer: where this throws, nobody gets what would stop it.
  tryToWatch();
  let polling = false;
  const timer = setInterval(() => {
    if (polling) return;
    polling = true;
    void poll().finally(() => {
      polling = false;
    });
  }, options.pollEveryMs).unref();
  return () => {
    stopped = true;
    clearInterval(timer);
    clearTimeout(settling);
    dropWatch();
  };
}

/** What the others' documents look like; undefined while that cannot be told. */
function fingerprint(options: WatchOptions): Map<string, string> | undefined {
  const { fileSystem, folder } = options;
  try {
    const versions = new Map<string, string>();
    for (const [topic, name] of watchedNames(options, fileSystem.listNow(folder))) {
      const version = fileSystem.versionNow(`${folder}/${name}`);
      if (version !== undefined) versions.set(topic, `${name} ${version}`);
    }
    return versions;
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === undefined) throw error;
    return errno === 'ENOENT' ? new Map() : undefined;
  }
}

function* watchedNames(
  { unit, isOwnEpoch }: WatchOptions,
  names: readonly string[],
): Generator<[topic: string, name: string]> {
  for (const name of names) {
    const parsed = parseDocumentName(name);
    if (parsed === undefined || !('unit' in parsed)) continue;
    const { kind } = parsed;
    const fromOthers = (kind === 'sheet' || kind === 'member') && parsed.unit !== unit;
    if (fromOthers || kind === 'wake') yield [name, name];
  }
  for (const prefix of [LEADER_PREFIX, GRANTS_PREFIX]) {
    const newest = numbersAfter(prefix, names).at(-1);
    if (newest !== undefined && !isOwnEpoch(newest)) yield [prefix, `${prefix}${newest}`];
  }
}

/** Whether something came, changed or went. That the newest epoch became the own one is no change. */
function differs(before: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): boolean {
  for (const [topic, version] of now) {
    if (before.get(topic) !== version) return true;
  }
  return [...before.keys()].some(
    (topic) => topic !== LEADER_PREFIX && topic !== GRANTS_PREFIX && !now.has(topic),
  );
}
