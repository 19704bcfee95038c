import { readFile, readdir, readlink } from 'node:fs/promises';

import { LockStoreError } from '@baton/coordinator';

import { errnoOf } from './disk-error.ts';

/** Runs a program. What starts programs is loaded only on a Mac, where it is needed: a hook has to start fast. */
async function execFileAsync(
  program: string,
  args: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv } = {},
): Promise<{ readonly stdout: string }> {
  const [{ execFile }, { promisify }] = await Promise.all([
    import('node:child_process'),
    import('node:util'),
  ]);
  return promisify(execFile)(program, args, { ...options, encoding: 'utf8' });
}

/** One process for ever: a process id is used again, one with this start time since this boot is not. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it was started, in the system's own words. */
  readonly started: string;
  /** Which boot of the machine it was started in. */
  readonly boot: string;
  /** Whose process ids these are. */
  readonly pidNamespace: string;
}

/** What is known of a process: whether it runs; or that this process cannot know, as it sees other process ids. */
export type ProcessState = 'alive' | 'gone' | 'elsewhere';

/** How a system is asked about its processes: the edge where tests take the place of another one. */
export interface System {
  readonly platform: string;
  /** Where Linux shows them. */
  readonly proc: string;
}

const THIS_SYSTEM: System = { platform: process.platform, proc: '/proc' };

/**
 * Who this process is.
 *
 * @throws {LockStoreError} `UNSUPPORTED` where it cannot be told
 */
export async function identifyThisProcess({
  platform,
  proc,
}: System = THIS_SYSTEM): Promise<ProcessIdentity> {
  const { pid } = process;
  if (platform === 'linux') {
    const stat = await readFile(`${proc}/self/stat`, 'latin1');
    if (!stat.startsWith(`${pid} `)) {
      throw new LockStoreError(
        'UNSUPPORTED',
        `${proc} shows this process under another id than ${pid}: it belongs to another pid namespace, so ` +
          'nobody could tell who is alive; mount /proc of this namespace',
      );
    }
    const boot = (await readFile(`${proc}/sys/kernel/random/boot_id`, 'latin1')).trim();
    const pidNamespace = await readlink(`${proc}/self/ns/pid`);
    return { pid, started: parseStat(stat).started, boot, pidNamespace };
  }
  if (platform === 'darwin') {
    const { stdout } = await execFileAsync('sysctl', ['-n', 'kern.bootsessionuuid']);
    const started = await startOnMac(pid);
    if (started === undefined)
      throw new Error(`ps does not know process ${pid}, which is this one`);
    return { pid, started, boot: stdout.trim(), pidNamespace: 'none' };
  }
  throw new LockStoreError(
    'UNSUPPORTED',
    `a directory cannot be shared on ${platform}: who leads depends on which processes are alive, and that ` +
      'can be told on Linux and macOS only',
  );
}

/** Whether a process still runs, as this process, `self`, can tell. */
export async function stateOfProcess(
  identity: ProcessIdentity,
  self: ProcessIdentity,
  { platform, proc }: System = THIS_SYSTEM,
): Promise<ProcessState> {
  if (identity.boot !== self.boot) return 'gone';
  if (identity.pidNamespace !== self.pidNamespace) return 'elsewhere';
  if (identity.pid === self.pid) return identity.started === self.started ? 'alive' : 'gone';
  if (!processExists(identity.pid)) return 'gone';
  const started =
    platform === 'linux' ? await startOnLinux(identity.pid, proc) : await startOnMac(identity.pid);
  return started === 'hidden' || started === identity.started ? 'alive' : 'gone';
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'EPERM') return true;
    if (errno === 'ESRCH') return false;
    throw error;
  }
}

/**
 * The start time of a process that exists. `/proc` may be mounted so that it hides other users' processes:
 * one of those counts as alive while its id is in use.
 */
async function startOnLinux(pid: number, proc: string): Promise<string | undefined> {
  try {
    const { state, started } = parseStat(await readFile(`${proc}/${pid}/stat`, 'latin1'));
    if (state !== 'Z' && state !== 'X') return started;
    // The main thread of a killed process may be gone while another one is still finishing a write.
    return (await readdir(`${proc}/${pid}/task`)).length > 1 ? started : undefined;
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ESRCH') return undefined;
    if (errno === 'EACCES' || errno === 'EPERM') return 'hidden';
    if (errno === 'ENOENT') return processExists(pid) ? 'hidden' : undefined;
    throw error;
  }
}

/** The state and the start time of a line of `/proc/<pid>/stat`, whose second field may hold anything. */
function parseStat(line: string): { state: string; started: string } {
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const [state, started] = [fields[0], fields[19]];
  if (state === undefined || started === undefined) {
    throw new Error(`not a line of /proc/<pid>/stat: ${JSON.stringify(line)}`);
  }
  return { state, started };
}

async function startOnMac(pid: number): Promise<string | undefined> {
  let line: string;
  try {
    const result = await execFileAsync('ps', ['-o', 'stat=', '-o', 'lstart=', '-p', String(pid)], {
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
    });
    line = result.stdout.trim();
  } catch (error) {
    // ps ends with 1 when there is no such process.
    if (error instanceof Error && 'code' in error && error.code === 1) return undefined;
    throw error;
  }
  const [, ...started] = line.split(/\s+/);
  return line.startsWith('Z') ? undefined : started.join(' ');
}
