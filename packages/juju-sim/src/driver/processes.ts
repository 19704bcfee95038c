import { readdir, readFile } from 'node:fs/promises';

/**
 * Ends every process that has a text in its environment, the group of each given process included, and
 * waits until they are gone. A charm's background processes inherit the environment of the hook that
 * started them, so they are found even if they made a session of their own.
 */
export async function killByEnvironment(
  marker: string,
  groups: Iterable<number> = [],
): Promise<void> {
  for (const group of groups) signal(-group);
  // A process may start another one between the look and the kill: until a look finds none.
  for (let look = 0; look < 50; look++) {
    const found = await findByEnvironment(marker);
    if (found.length === 0) return;
    for (const pid of found) signal(pid);
    await new Promise((tick) => setTimeout(tick, 10));
  }
}

/** The processes that have a text in their environment; only Linux can tell. */
export async function findByEnvironment(marker: string): Promise<number[]> {
  const entries = await readdir('/proc').catch((): string[] => []);
  const found: number[] = [];
  for (const entry of entries) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    // A process may be another user's, or gone by now.
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    if (environment.includes(marker)) found.push(pid);
  }
  return found;
}

/** Kills a process, or a group by its negative number; one that is gone is no error. */
export function signal(pid: number, name: NodeJS.Signals = 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

/** Whether any process of a group is there. */
export function groupLives(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
