/**
 * A process that plays histories: it runs the scenario's code, which may do anything, so that the process that
 * reports stays able to.
 *
 * Arguments: the module of the scenario, and the descriptor of the file for a trace. It gets jobs and tells what
 * became of them as messages: see `messages.ts`.
 */
import { writeSync } from 'node:fs';

import { SimError } from '../driver/sim-error.ts';
import { play } from '../virtual/play.ts';
import type { Scenario } from '../virtual/scenario.ts';
import type { TraceEvent } from '../virtual/trace.ts';
import { loadScenario } from './load-scenario.ts';
import {
  parseJob,
  type Ending,
  type Job,
  type Message,
  type PlayJob,
  type ShrinkJob,
} from './messages.ts';
import { shortestHistory } from './shortest-history.ts';

/** So often it tells how far shortening has come. */
const TELL_MS = 200;

const [path = '', traceFile = ''] = process.argv.slice(2);

// Ctrl-C reaches every process of the terminal; the one that started this hears it too, and ends it.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit(0));
try {
  // Where the scenario's modules throw is told also by a process whose histories make no stacks.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 10;
  const scenario = await loadScenario(path);
  Error.stackTraceLimit = stackTraceLimit;
  process.on('message', (value) => void run(scenario, parseJob(value)));
  tell({ is: 'ready' });
} catch (error) {
  if (!(error instanceof SimError)) throw error;
  tell({ is: 'unusable', why: error.message });
}

async function run(scenario: Scenario, job: Job): Promise<void> {
  if (job.do === 'play') await playAll(scenario, job);
  else if (job.do === 'trace') await playOne(scenario, { ...job, onEvent: writeEvent });
  else await shorten(scenario, job);
  tell({ is: 'done' });
}

async function playAll(scenario: Scenario, { juju, first, count, units }: PlayJob): Promise<void> {
  for (let seed = first; seed < first + count; seed += 1) {
    const { result } = await playOne(scenario, { juju, seed, units });
    if (result !== 'passed') return;
    // What was told is sent, and whether somebody still listens is heard.
    await new Promise(setImmediate);
  }
}

async function playOne(scenario: Scenario, options: Parameters<typeof play>[1]): Promise<Ending> {
  const { result, promise, message, hooks, toolCalls } = await play(scenario, options);
  const ending = { result, promise, message };
  tell({ is: 'played', seed: options.seed, hooks, toolCalls, ending });
  return ending;
}

async function shorten(scenario: Scenario, job: ShrinkJob): Promise<void> {
  let toldAt = 0;
  const shortest = await shortestHistory(scenario, {
    ...job,
    onEvent: writeEvent,
    onTried: (tried, moves) => {
      if (performance.now() < toldAt + TELL_MS) return;
      toldAt = performance.now();
      tell({ is: 'shrinking', tried, moves });
    },
  });
  tell({ is: 'shrunk', shortest });
}

/** At once, so that it is there also when the process hangs or dies right after. */
function writeEvent(event: TraceEvent): void {
  writeSync(Number(traceFile), `${JSON.stringify(event)}\n`);
}

function tell(message: Message): void {
  process.send?.(message);
}
