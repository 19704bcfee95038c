import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { build } from 'esbuild';
import * as z from 'zod/mini';

import { BUNDLED } from '../../tools/explore/bundled.ts';

/** Each seed is played on Juju 3.6 and on 4.0, with 2 to 7 units; a span takes about two seconds. */
const SPANS = 30;
const SEEDS_A_SPAN = 100;

const spansSchema = z.array(z.strictObject({ hooks: z.number(), ms: z.number() }));

/** How many hooks ran while as many seeds were played, and in which time. */
export type Span = z.infer<typeof spansSchema>[number];

/** How fast one processor explores histories of Baton, with faults and with its witnesses. */
export const exploringSpeedSchema = z.strictObject({
  hooks: z.number(),
  /** In all, the start of the process included. */
  hooksPerSecond: z.number(),
  /** In the span with the median speed. */
  medianPerSecond: z.number(),
  /** In the fastest span: a virtual processor that shares a core with others is slower for seconds at a time. */
  fastestPerSecond: z.number(),
});

/** See {@link exploringSpeedSchema}. */
export type ExploringSpeed = z.infer<typeof exploringSpeedSchema>;

/**
 * Explores as `npm run explore` does in one of its workers.
 *
 * @throws {Error} where a history breaks a promise
 */
export async function exploringSpeed(): Promise<ExploringSpeed> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-exploring-'));
  try {
    const program = join(folder, 'play-spans.mjs');
    const entry = join(import.meta.dirname, 'play-spans.ts');
    await build({ ...BUNDLED, entryPoints: [entry], outfile: program });
    const args = ['--max-semi-space-size=128', program, String(SPANS), String(SEEDS_A_SPAN)];
    const started = performance.now();
    const { stdout } = await promisify(execFile)(process.execPath, args);
    return speedOf(spansSchema.parse(JSON.parse(stdout)), performance.now() - started);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function speedOf(spans: readonly Span[], ms: number): ExploringSpeed {
  const hooks = spans.reduce((sum, span) => sum + span.hooks, 0);
  const speeds = spans.map((span) => (span.hooks / span.ms) * 1000).toSorted((a, b) => a - b);
  return {
    hooks,
    hooksPerSecond: (hooks / ms) * 1000,
    medianPerSecond: speeds[Math.floor(speeds.length / 2)] ?? 0,
    fastestPerSecond: speeds.at(-1) ?? 0,
  };
}
