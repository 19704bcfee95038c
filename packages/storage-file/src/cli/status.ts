import {
  compareUnits,
  explainLock,
  type Explanation,
  type LockName,
  type Policy,
  type UnitName,
} from '@baton/coordinator';

import type { DirectorySnapshot, ServingProcess } from '../inspect.ts';

/** What the state of a directory means for its locks. */
export interface Status {
  readonly snapshot: DirectorySnapshot;
  /** Lock by lock, in the order of their names; empty where the grants cannot be read. */
  readonly locks: readonly Explanation[];
}

/** Works out who holds and who waits; `only` is the one lock to look at. */
export function statusOf(
  snapshot: DirectorySnapshot,
  policy: Policy,
  now: number,
  only?: LockName,
): Status {
  const { grants, sheets, members } = snapshot;
  if (grants === undefined) return { snapshot, locks: [] };
  const liveUnits = new Map([...members.keys()].map((unit) => [unit, 'alive' as const]));
  const names = only === undefined ? lockNames(snapshot) : [only];
  const locks = names
    .map((lock) => explainLock({ lock, grants, sheets, liveUnits, policy, now }))
    // The entry of a lock that was given back stays until the next grant.
    .filter(({ holders, queue }) => only !== undefined || holders.length + queue.length > 0);
  return { snapshot, locks };
}

function lockNames({ grants, sheets }: DirectorySnapshot): readonly LockName[] {
  const names = new Set(grants?.keys());
  for (const reading of sheets.values()) {
    if (reading.state !== 'present') continue;
    for (const lock of reading.sheet.requests.keys()) names.add(lock);
  }
  return [...names].toSorted();
}

/** The status as text for people. */
export function statusText({ snapshot, locks }: Status): string {
  const { path, format, leader, members, grants, problems } = snapshot;
  const form = format === undefined ? 'no format yet' : `format ${format.version}, ${format.codec}`;
  const lines = [
    `directory ${path} (${form})`,
    leader === undefined
      ? 'leader    nobody: the next unit that runs a hook takes over'
      : `leader    ${leader.unit} (${describeProcess(leader.process)})`,
  ];
  for (const [unit, { process }] of members) {
    lines.push(`unit      ${unit} (${describeProcess(process)})`);
  }
  if (members.size === 0) lines.push('units     none have joined');
  for (const lock of locks) lines.push(lock.toString(), ...absentHolders(lock, snapshot));
  if (grants === undefined) lines.push('locks     unknown: the grant sheet cannot be read');
  else if (locks.length === 0) lines.push('locks     nobody asks for one');
  for (const { message } of problems) lines.push(`problem   ${message}`);
  return lines.join('\n');
}

/** The status for programs. */
export function statusJson({ snapshot, locks }: Status): unknown {
  const { path, format, leader, members, grants, problems } = snapshot;
  const processOf = (unit: UnitName): ServingProcess | null => members.get(unit)?.process ?? null;
  return {
    path,
    format: format ?? null,
    leader: leader ?? null,
    units: [...members.keys()].map((unit) => ({ unit, process: processOf(unit) })),
    grantsReadable: grants !== undefined,
    locks: locks.map(({ lock, holders, queue }) => ({
      lock,
      holders: holders.map((holder) => ({ ...holder, process: processOf(holder.unit) })),
      queue,
    })),
    problems,
  };
}

function absentHolders({ holders }: Explanation, { members }: DirectorySnapshot): string[] {
  return holders
    .map(({ unit }) => unit)
    .toSorted(compareUnits)
    .filter((unit) => members.has(unit) && members.get(unit)?.process?.state !== 'alive')
    .map(
      (unit) =>
        `  ${unit} keeps it though no process serves that unit: start it again, or \`baton-files leave\` it`,
    );
}

function describeProcess(process: ServingProcess | undefined): string {
  if (process === undefined) return 'no process serves it';
  switch (process.state) {
    case 'alive':
      return `process ${process.pid}`;
    case 'gone':
      return `process ${process.pid} has died`;
    case 'elsewhere':
      return `process ${process.pid} of another pid namespace`;
  }
}
