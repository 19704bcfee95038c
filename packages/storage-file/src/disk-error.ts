import { LockStoreError } from '@baton/coordinator';

const ADVICE: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'give the user of this process the right to read and write there'],
  ['EPERM', 'give the user of this process the right to read and write there'],
  ['EROFS', 'the file system is mounted read-only: remount it, or use another directory'],
  ['ENOSPC', 'the disk is full: make room, nothing was lost'],
  ['EDQUOT', 'the disk quota is used up: make room, nothing was lost'],
  ['EIO', 'the disk reports an error: look into the system log'],
  ['ENOENT', 'it was removed while in use: leave the directory to the stores'],
  ['ENOTDIR', 'a part of that path is a file: use another directory'],
  ['EISDIR', 'there is a directory where a document belongs: move it away'],
  ['EMFILE', 'this process has too many files open: raise its limit'],
  ['ENFILE', 'this machine has too many files open: raise its limit'],
  ['ENAMETOOLONG', 'use a directory with a shorter path, or a shorter key'],
]);

/** The name of the system error, such as `ENOENT`; undefined for what is no system error. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/**
 * Says what could not be done on the disk, where, why, and what to do about it; throws `error` itself when
 * it is no system error.
 */
export function diskError(error: unknown, tried: string, path: string): LockStoreError {
  const errno = errnoOf(error);
  if (errno === undefined) throw error;
  const advice = ADVICE.get(errno) ?? 'the cause says more';
  return new LockStoreError('UNAVAILABLE', `cannot ${tried} ${path}: ${errno}; ${advice}`, {
    cause: error,
    path,
  });
}
