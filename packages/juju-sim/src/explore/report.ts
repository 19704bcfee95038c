import { FAULTS_BEGIN } from '../virtual/play.ts';
import { traceLine, type TraceEvent } from '../virtual/trace.ts';
import type { Counters } from './counters.ts';
import type { Explanation, Traced } from './explain-failure.ts';
import { unitsText, type ExploreOptions, type HistoryId } from './explore-options.ts';
import type { Shortest } from './messages.ts';

/** A trace with more lines is printed without its middle. */
const TRACE_LINES_MAX = 600;

const number = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** What is explored. */
export function optionsText(options: ExploreOptions): string {
  const { first, seeds, juju, units, workers, scenario } = options;
  const range = seeds === 1 ? `seed ${first}` : `seeds ${first} to ${first + seeds - 1}`;
  const work = workers === 1 ? '1 worker' : `${workers} workers`;
  return `${scenario}: ${range} on Juju ${juju.join(' and ')}, ${unitsText(units)} units, ${work}`;
}

/** How far it has come. */
export function progressText(
  { seeds, hooks, ms }: Counters,
  { juju, ...all }: ExploreOptions,
): string {
  const of = number.format(all.seeds * juju.length);
  return `${number.format(seeds)} of ${of} seeds, ${number.format(hooks)} hooks, ${perSecond(hooks, ms)}`;
}

/** How far the search for the shortest history has come. */
export function shrinkingText(tried: number, moves: number): string {
  return `looking for the shortest history: ${number.format(tried)} tried, ${moves} moves by now`;
}

/** How much was explored. */
export function countersText({ seeds, hooks, toolCalls, ms }: Counters): string {
  return [
    `${number.format(seeds)} ${seeds === 1 ? 'seed' : 'seeds'}`,
    `${number.format(hooks)} hooks explored`,
    `${number.format(toolCalls)} tool calls`,
    `${(ms / 1_000).toFixed(1)} s`,
    perSecond(hooks, ms),
  ].join(', ');
}

/** A failure: the promise, what happened, and the shortest history that leads there. */
export function failureText(
  { failure, shortest, trace }: Explanation,
  { units }: ExploreOptions,
  replay: string,
  whole: boolean,
): string {
  const { juju, seed, ending } = failure;
  // The shortest history breaks the promise in its own words.
  const message = shortest?.result === ending.result ? shortest.message : ending.message;
  const history = shortest === undefined ? [] : [`  ${shortestText(shortest)}`];
  return [
    `${ending.result.toUpperCase()}: ${ending.promise}`,
    indented(message),
    `  seed ${seed}, Juju ${juju}, ${unitsText(units)} units`,
    ...history,
    '',
    ...traceText(trace, whole, shortest?.start === 'settled'),
    '',
    'To play it again:',
    `  ${replay}`,
  ].join('\n');
}

/** A history that was played with its trace. */
export function tracedText({ juju, seed }: HistoryId, { ending, trace }: Traced): string {
  return [...traceText(trace, true), `seed ${seed}, Juju ${juju}: ${ending.result}`].join('\n');
}

function shortestText({ units, start, moves, movesBefore, tried, cutShort }: Shortest): string {
  const from = `${units} units from a ${start} start`;
  const search = `${number.format(tried)} tried${cutShort ? ', and time was over' : ''}`;
  return `shortest history: ${from}, ${moves.length} of ${movesBefore} moves (${search})`;
}

/** The lines of a trace; unless the whole is wanted, without how it settled, and without the middle of a long one. */
function traceText(trace: readonly TraceEvent[], whole: boolean, settled = false): string[] {
  const head = `${'seconds'.padStart(11)}  ${'unit'.padEnd(6)} ${'hook'.padEnd(24)} what`;
  if (whole) return [head, ...trace.map(traceLine)];
  const begin = settled ? trace.findIndex(({ text }) => text === FAULTS_BEGIN) : 0;
  const lines = trace.slice(Math.max(begin, 0)).map(traceLine);
  const before = begin > 0 ? [leftOut(begin, 'in which everything settles ')] : [];
  if (lines.length <= TRACE_LINES_MAX) return [head, ...before, ...lines];
  const half = TRACE_LINES_MAX / 2;
  const middle = leftOut(lines.length - 2 * half);
  return [head, ...before, ...lines.slice(0, half), middle, ...lines.slice(-half)];
}

function leftOut(count: number, which = ''): string {
  return `        ...  ${number.format(count)} events ${which}are left out here; --trace prints them too`;
}

function perSecond(hooks: number, ms: number): string {
  return `${number.format(ms === 0 ? 0 : (hooks * 1_000) / ms)} hooks a second`;
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}
