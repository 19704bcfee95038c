import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import * as z from 'zod/mini';

import { foundSchema } from '../../tools/explore/defects/found.ts';
import { bundleWith } from '../../tools/explore/defects/plant.ts';

/** Each is played on Juju 3.6 and on 4.0, with 2 to 7 units. */
const SEEDS = 1_000;

/** How fast one processor explores histories of Baton, with faults and with its witnesses. */
export const exploringSpeedSchema = z.strictObject({
  hooks: z.number(),
  hooksPerSecond: z.number(),
});

/** See {@link exploringSpeedSchema}. */
export type ExploringSpeed = z.infer<typeof exploringSpeedSchema>;

/**
 * Explores as `npm run explore` does in one of its workers; that the process starts counts too.
 *
 * @throws {Error} where a history breaks a promise
 */
export async function exploringSpeed(): Promise<ExploringSpeed> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-exploring-'));
  try {
    const program = join(folder, 'seeker.mjs');
    await bundleWith(undefined, program);
    const args = ['--max-semi-space-size=128', program, '1', String(SEEDS)];
    const started = performance.now();
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const seconds = (performance.now() - started) / 1000;
    const { hooks, broken } = foundSchema.parse(JSON.parse(stdout));
    if (broken !== undefined) throw new Error(broken.message);
    return { hooks, hooksPerSecond: hooks / seconds };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
