import { readFileSync } from 'node:fs';

import * as z from 'zod/mini';

/** One process and no other: a number alone may be given to somebody else's process later. */
export interface ProcessIdentity {
  /** The process id. */
  readonly pid: number;
  /** When the process began, in the operating system's own words; only compared, never read. */
  readonly began: string;
}

/** The schema of {@link ProcessIdentity}. */
export const processIdentitySchema: z.ZodMiniType<ProcessIdentity> = z.object({
  pid: z.int().check(z.gte(1)),
  began: z.string(),
});

/** Says which process has this number now; undefined where none has, or it has ended and waits to be buried. */
export function identify(pid: number): ProcessIdentity | undefined {
  const began = process.platform === 'linux' ? beganFromProc(pid) : beganFromPs(pid);
  return began === undefined ? undefined : { pid, began };
}

/** Whether that very process is alive. */
export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.began === identity.began;
}

/** Sends a signal to that very process; does nothing when it has ended. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isAlive(identity)) return;
  try {
    process.kill(identity.pid, signal);
  } catch (error) {
    if (!hasErrno(error, 'ESRCH')) throw error;
  }
}

/** Whether `error` is a system error of that name. */
export function hasErrno(error: unknown, errno: string): boolean {
  return error instanceof Error && 'code' in error && error.code === errno;
}

/** Fields 3 and 22 of `/proc/<pid>/stat`; the second field, the name, may itself hold spaces and brackets. */
function beganFromProc(pid: number): string | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch (error) {
    if (hasErrno(error, 'ENOENT') || hasErrno(error, 'ESRCH')) return undefined;
    throw error;
  }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
}

function beganFromPs(pid: number): string | undefined {
  // Loaded only where it is needed: a hook has to start fast.
  const { execFileSync } = process.getBuiltinModule('node:child_process');
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    const began = line.replace(/^\S+\s+/, '');
    return line === '' || line.startsWith('Z') ? undefined : began;
  } catch (error) {
    // ps exits with 1 where there is no such process.
    if (error instanceof Error && 'status' in error && error.status === 1) return undefined;
    throw error;
  }
}
