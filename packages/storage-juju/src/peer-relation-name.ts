import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { LockStoreError } from '@baton/coordinator';

import { plainPeers } from './plain-peers.ts';

/** Where a charm declares its relations; a packed charm has the first. */
const FILES = ['metadata.yaml', 'charmcraft.yaml'] as const;

const ADVICE =
  'add a relation under `peers` of charmcraft.yaml, as in `peers: {cluster: {interface: cluster}}`, ' +
  "or name one by the store's option `relation`";

/**
 * The first by name of the peer relations that a charm declares.
 *
 * @throws {LockStoreError} `UNSUPPORTED` where it declares none, or what it declares cannot be read
 */
export async function peerRelationName(charmDirectory: string | undefined): Promise<string> {
  if (charmDirectory === undefined) {
    throw new LockStoreError(
      'UNSUPPORTED',
      "the charm's peer relation cannot be looked up, since neither JUJU_CHARM_DIR nor CHARM_DIR is set: " +
        "name it by the store's option `relation`",
    );
  }
  for (const file of FILES) {
    const path = join(charmDirectory, file);
    const [name] = (await readPeers(path)).toSorted();
    if (name !== undefined) return name;
  }
  throw new LockStoreError(
    'UNSUPPORTED',
    `the charm in ${charmDirectory} has no peer relation, by which its units could ask for locks: ${ADVICE}`,
    { path: charmDirectory },
  );
}

async function readPeers(path: string): Promise<readonly string[]> {
  let text: string;
  try {
    // A small file, before anything else runs: the promises of `fs` would take longer to load than it takes to read.
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw unreadable(path, error);
  }
  const plain = plainPeers(text);
  if (plain !== undefined) return plain;
  // Only a charm that writes its metadata in an unusual way pays for a reader of YAML.
  const { parse, YAMLError } = await import('yaml');
  let declared: unknown;
  try {
    declared = parse(text);
  } catch (error) {
    if (!(error instanceof YAMLError)) throw error;
    throw unreadable(path, error);
  }
  return namesIn(declared);
}

function namesIn(declared: unknown): readonly string[] {
  if (typeof declared !== 'object' || declared === null || !('peers' in declared)) return [];
  const { peers } = declared;
  return typeof peers === 'object' && peers !== null && !Array.isArray(peers)
    ? Object.keys(peers)
    : [];
}

function unreadable(path: string, cause: unknown): LockStoreError {
  return new LockStoreError(
    'UNSUPPORTED',
    `the charm's peer relation cannot be read from ${path}: ${String(cause)}; mend the file, or name the relation ` +
      "by the store's option `relation`",
    { cause, path },
  );
}
