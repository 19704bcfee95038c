import { setImmediate as pause } from 'node:timers/promises';

import { seededRandom } from '@baton/juju-sim/model';
import * as z from 'zod/mini';

import { makeModel } from '../roll/model.ts';
import { runRound } from '../roll/virtual-driver.ts';

const SEED = 1;

/** How fast the simulator is, and how large. */
export const simulatorSizeSchema = z.strictObject({
  units: z.number(),
  /** Hooks that ran, the first of those in which the units get to know each other. */
  hooks: z.number(),
  /** Whether these were all. */
  settled: z.boolean(),
  hooksPerSecond: z.number(),
  /** What the application takes in the end, in MB. */
  megabytes: z.number(),
});

/** See {@link simulatorSizeSchema}. */
export type SimulatorSize = z.infer<typeof simulatorSizeSchema>;

/**
 * Starts units of a charm that does nothing, and runs their hooks until they have settled or `enough` have run:
 * what is measured is the model, and a loop around it.
 */
export async function simulatorSize(units: number, enough: number): Promise<SimulatorSize> {
  const before = await heapBytes();
  const random = seededRandom(SEED);
  const model = makeModel({ juju: '3.6', units, random });
  const started = performance.now();
  let ran = true;
  while (ran && model.counters.hooks < enough) ran = await runRound(model, async () => 0, random);
  const seconds = (performance.now() - started) / 1000;
  const megabytes = ((await heapBytes()) - before) / 2 ** 20;
  // The model is used up to here, so that nothing of it has been collected.
  const { hooks } = model.counters;
  return { units, hooks, settled: !ran, hooksPerSecond: hooks / seconds, megabytes };
}

/** What is in use once everything unused was collected. */
async function heapBytes(): Promise<number> {
  if (globalThis.gc === undefined) throw new Error('start Node with --expose-gc');
  await pause();
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}
