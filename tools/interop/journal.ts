import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the witness of a restart noted, in the order in which it happened. */
export interface Entry {
  readonly event: 'began' | 'ended' | 'overlap';
  readonly unit: string;
  /** What the unit asked for its lock. */
  readonly kind: string;
  /** The hook in which it happened. */
  readonly hook: string;
  /** The version, or for an overlap the unit that was inside already. */
  readonly detail: string;
  /** When, in milliseconds since 1970. */
  readonly at: number;
}

/** Reads the journal in a folder; empty until somebody has restarted. */
export function readJournal(folder: string): readonly Entry[] {
  let text: string;
  try {
    text = readFileSync(join(folder, 'journal'), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const [event, unit = '', kind = '', hook = '', detail = '', at] = line.split('\t');
      if (event !== 'began' && event !== 'ended' && event !== 'overlap')
        throw new Error(`the journal in ${folder} has the line ${JSON.stringify(line)}`);
      return { event, unit, kind, hook, detail, at: Number(at) };
    });
}
