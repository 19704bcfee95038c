import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';

/** What V8 has made of a bundle. */
export interface KeptCode {
  /** The hooks that had a part in it. */
  readonly hooks: readonly string[];
  /** V8's own form; V8 refuses what another version, or the same with other flags, has made. */
  readonly code: Buffer;
}

const LINE_FEED = 0x0a;

/**
 * Tells bundles apart, and versions of Node. V8 would take the code of another bundle of the same length for that of
 * this one; no file that is put in the place of another has its number and its time of change.
 */
export function identityOf(bundle: string): string {
  const { size, ino, ctimeNs } = statSync(bundle, { bigint: true });
  return `${process.version} ${process.arch} ${size} ${ino} ${ctimeNs}`;
}

/** What is kept of a bundle; undefined where there is nothing, or nothing that can be read. */
export function readKeptCode(bundle: string, identity: string): KeptCode | undefined {
  let bytes;
  try {
    bytes = readFileSync(pathFor(bundle));
  } catch {
    return undefined;
  }
  const first = bytes.indexOf(LINE_FEED);
  const second = bytes.indexOf(LINE_FEED, first + 1);
  if (second < 0 || bytes.toString('utf8', 0, first) !== identity) return undefined;
  return {
    hooks: bytes.toString('utf8', first + 1, second).split(' '),
    code: bytes.subarray(second + 1),
  };
}

/** Keeps it for the next hooks, if that can be done. The file is there as a whole or not at all, as V8 trusts it. */
export function keepCode(bundle: string, identity: string, { hooks, code }: KeptCode): void {
  const part = `${pathFor(bundle)}.${process.pid}`;
  try {
    const file = openSync(part, 'w');
    try {
      writeFileSync(file, `${identity}\n${hooks.join(' ')}\n`);
      writeFileSync(file, code);
      // Before it has its name: after a loss of power a file of the right length may have lost its content.
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(part, pathFor(bundle));
  } catch {
    // A folder that cannot be written, a full disk: the hook has done its work, and the next one takes its time.
    removeIfPossible(part);
  }
}

function removeIfPossible(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // What hinders it is what hindered the writing.
  }
}

function pathFor(bundle: string): string {
  return `${bundle}.code`;
}
