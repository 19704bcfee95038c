import { appendFileSync, existsSync, readFileSync } from 'node:fs';

import { TwoHoldersError } from '../soak/witness.ts';

/** Runs a hook; where the witness has seen two holders, that is in the file before the hook fails. */
export async function reportViolations(path: string, hook: () => Promise<void>): Promise<void> {
  try {
    await hook();
  } catch (error) {
    if (error instanceof TwoHoldersError) appendFileSync(path, `${error.message}\n`);
    throw error;
  }
}

/** What the hooks have reported so far. */
export function readViolations(path: string): readonly string[] {
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
}
