/** Plays histories, span after span of as many seeds, and prints how long each span took. See `exploring-speed.ts`. */
import { play } from '@baton/juju-sim/virtual';

import baton from '../../tools/explore/baton/subject.ts';
import type { Span } from './exploring-speed.ts';

/** As the workers of `juju-sim explore` do: nobody prints the stacks of these many errors. */
Error.stackTraceLimit = 0;

async function playSpan(first: number, seeds: number): Promise<Span> {
  const began = performance.now();
  let hooks = 0;
  for (let seed = first; seed < first + seeds; seed += 1)
    for (const juju of ['3.6', '4.0'] as const) {
      const outcome = await play(baton, { juju, seed, units: { least: 2, most: 7 } });
      if (outcome.result !== 'passed')
        throw new Error(`seed ${seed} of Juju ${juju}: ${outcome.message}`);
      hooks += outcome.hooks;
    }
  return { hooks, ms: performance.now() - began };
}

const [count = 0, seeds = 0] = process.argv.slice(2).map(Number);
const spans: Span[] = [];
for (let index = 0; index < count; index += 1) spans.push(await playSpan(1 + index * seeds, seeds));
process.stdout.write(JSON.stringify(spans));
