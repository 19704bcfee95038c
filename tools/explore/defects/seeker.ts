/** Plays histories until one breaks a promise; runs as a process of its own, one a defect. See `main.ts`. */
import { play } from '@baton/juju-sim/virtual';
import type { JujuSeries } from '@baton/juju-sim/model';

import baton from '../baton/subject.ts';
import type { Found } from './found.ts';

/** A stack costs more than the error it belongs to, and the histories have many. */
Error.stackTraceLimit = 0;

const UNITS = { least: 2, most: 7 };

/** The lines of Juju in turns, as some rules matter on one of them only. */
const LINES: readonly JujuSeries[] = ['3.6', '4.0'];

async function seek(first: number, seeds: number): Promise<Found> {
  let hooks = 0;
  for (let seed = first; seed < first + seeds; seed += 1) {
    for (const juju of LINES) {
      const outcome = await play(baton, { juju, seed, units: UNITS });
      hooks += outcome.hooks;
      if (outcome.result === 'passed') continue;
      const { result, promise, message } = outcome;
      return { seeds: seed - first + 1, hooks, broken: { seed, juju, result, promise, message } };
    }
  }
  return { seeds, hooks, broken: undefined };
}

const [first = 1, seeds = 1] = process.argv.slice(2).map(Number);
process.stdout.write(JSON.stringify(await seek(first, seeds)));
