import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** What the operating system knows of this process. */
export interface OwnTraces {
  /** What its file descriptors lead to, by number. */
  readonly descriptors: ReadonlyMap<string, string>;
  /** Its children, by number. */
  readonly children: readonly number[];
}

/** How long what was closed may take to be gone, in ms. */
const CLOSING_MS = 5_000;
const POLL_MS = 20;

/** Looks at the own process; only Linux can tell. */
export function ownTraces(): OwnTraces {
  return { descriptors: openDescriptors(), children: childProcesses() };
}

/** What there is more than before, in sentences; what is being closed is given some time. */
export async function leftSince(before: OwnTraces): Promise<readonly string[]> {
  const deadline = performance.now() + CLOSING_MS;
  for (;;) {
    const left = compare(before, ownTraces());
    if (left.length === 0 || performance.now() > deadline) return left;
    await pause(POLL_MS);
  }
}

/** What `after` has that `before` had not, in sentences. */
export function compare(before: OwnTraces, after: OwnTraces): readonly string[] {
  return [
    ...[...after.descriptors]
      .filter(([number, target]) => before.descriptors.get(number) !== target)
      .map(([number, target]) => `file descriptor ${number} is left, on ${target}`),
    ...after.children
      .filter((pid) => !before.children.includes(pid))
      .map((pid) => `the child process ${pid} is left`),
  ];
}

function openDescriptors(): Map<string, string> {
  const open = new Map<string, string>();
  for (const number of readdirSync('/proc/self/fd')) {
    const target = orUndefined(() => readlinkSync(`/proc/self/fd/${number}`));
    // The descriptor that the look itself had is gone by now.
    if (target !== undefined) open.set(number, target);
  }
  return open;
}

function childProcesses(): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && parentOf(pid) === process.pid);
}

/** Field 4 of `/proc/<pid>/stat`; the second, the name, may itself hold spaces and brackets. */
function parentOf(pid: number): number | undefined {
  const stat = orUndefined(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return stat === undefined
    ? undefined
    : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

/** What a look gives; undefined where what is looked at has gone meanwhile. */
function orUndefined<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}
