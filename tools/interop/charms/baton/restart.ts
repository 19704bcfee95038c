import { appendFileSync, existsSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

// The same restart, with the same witness, as `common/restart.py`: they meet in one folder.

/** One restart. */
export interface Restart {
  readonly unit: string;
  /** What the unit asked for its lock. */
  readonly kind: string;
  readonly hook: string;
  readonly version: number;
}

const applied = 'applied-version';
const wanted = 'wanted-version';

/** Keeps what the configuration says, so that no other hook has to ask for it. */
export function want(version: number): void {
  writeFileSync(wanted, String(version));
}

/** The version that this unit is to run; what it runs while its configuration has said nothing. */
export function wantedVersion(): number {
  return numberIn(wanted) ?? numberIn(applied) ?? 0;
}

/** Whether this unit has not restarted with a version. */
export function isNeeded(version: number): boolean {
  return (numberIn(applied) ?? 0) !== version;
}

function numberIn(path: string): number | undefined {
  return existsSync(path) ? Number(readFileSync(path, 'utf8')) : undefined;
}

/** Restarts a unit with a version. */
export async function restart({ unit, kind, hook, version }: Restart): Promise<void> {
  const folder = readFileSync('shared-folder', 'utf8');
  const inside = join(folder, 'inside');
  const note = (event: string, detail: string | number): void =>
    appendFileSync(
      join(folder, 'journal'),
      `${[event, unit, kind, hook, detail, Date.now()].join('\t')}\n`,
    );
  const flag = (what: string): boolean =>
    existsSync(join(folder, `${what}-${unit.replace('/', '-')}`));

  const other = enter(inside, unit);
  if (other !== undefined) note('overlap', other);
  note('began', version);
  await sleep(10);
  while (flag('hold')) await sleep(5);
  if (flag('fail')) throw new Error('the restart fails, as it was told to');
  writeFileSync(applied, String(version));
  note('ended', version);
  if (other === undefined) unlinkSync(inside);
}

/** Goes inside. The unit that is there already, if it is another. */
function enter(inside: string, unit: string): string | undefined {
  try {
    writeFileSync(inside, unit, { flag: 'wx' });
    return undefined;
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
  }
  try {
    const other = readFileSync(inside, 'utf8');
    return other === unit ? undefined : other || 'one that just came';
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return 'one that just left';
    throw error;
  }
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
