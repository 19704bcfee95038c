import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { atEnd } from '../places.ts';

const PAGE = 4096;

/** A small file system of its own, in memory, gone with the test. */
export interface SmallDisk {
  readonly path: string;
  /** Leaves no room at all. */
  fill(): void;
  /** Makes room again. */
  empty(): void;
  mountReadOnly(): void;
  mountWritable(): void;
}

/** Why there cannot be a small disk here; undefined where there can. */
export const noSmallDisk: string | undefined = whyNot();

/** Mounts one; only where {@link noSmallDisk} is undefined. */
export function newSmallDisk(): SmallDisk {
  const path = mount();
  atEnd(() => unmount(path));
  const filler = join(path, 'filler');
  return {
    path,
    fill: () => {
      const { bavail, bsize } = statfsSync(path);
      writeFileSync(filler, Buffer.alloc(bavail * bsize));
    },
    empty: () => rmSync(filler),
    mountReadOnly: () => run('mount', '-o', 'remount,ro', path),
    mountWritable: () => run('mount', '-o', 'remount,rw', path),
  };
}

function whyNot(): string | undefined {
  if (process.platform !== 'linux') return 'only Linux has tmpfs';
  if (process.getuid?.() !== 0) return 'only root may mount';
  if (!existsSync('/proc/mounts')) return 'there is no /proc';
  try {
    unmount(mount());
    return undefined;
  } catch (error) {
    // A container without the right to mount: mount itself says so.
    if (!(error instanceof Error) || !('status' in error)) throw error;
    return `a tmpfs cannot be mounted: ${error.message}`;
  }
}

function mount(): string {
  const path = mkdtempSync(join(tmpdir(), 'baton-disk-'));
  try {
    run('mount', '-t', 'tmpfs', '-o', `size=${64 * PAGE}`, 'baton-test', path);
  } catch (error) {
    rmdirSync(path);
    throw error;
  }
  return path;
}

function unmount(path: string): void {
  run('umount', path);
  rmdirSync(path);
}

function run(command: string, ...args: readonly string[]): void {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
