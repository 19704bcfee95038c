import type { Output } from '../cli/output.ts';
import { Counting, type Counters } from './counters.ts';
import { explainFailure, traceHistory, type Explanation } from './explain-failure.ts';
import { replayCommand, type ExploreOptions, type NpmEnvironment } from './explore-options.ts';
import { exploreSeeds, type Failure } from './explore-seeds.ts';
import type { Ending } from './messages.ts';
import { Progress } from './progress.ts';
import {
  countersText,
  failureText,
  optionsText,
  progressText,
  shrinkingText,
  tracedText,
} from './report.ts';

/** What `juju-sim explore` exits with, beside 1 and 2 as every command. */
export const EXPLORE_EXIT_CODES: Readonly<Record<Ending['result'], number>> = {
  passed: 0,
  safety: 3,
  liveness: 4,
  crash: 5,
};

/** What is explored, and what is told of it. */
export interface ExploreCommandOptions extends ExploreOptions {
  /** Whether all of a trace is printed, and that of a single history also when it passes. */
  readonly trace: boolean;
  /** Whether lines of JSON are printed. */
  readonly json: boolean;
  /** What npm says of the command. */
  readonly npm: NpmEnvironment;
}

/**
 * Explores histories, and tells how far it has come and what it found; resolves to how it ended. When it settles
 * all its processes have ended.
 *
 * @throws {SimError} if the scenario cannot be loaded
 * @throws the reason of `signal`, once that is aborted
 */
export async function explore(
  options: ExploreCommandOptions,
  output: Output,
  signal: AbortSignal,
): Promise<Ending['result']> {
  const told = new Telling(options, output);
  told.begins();
  const counting = new Counting();
  const progress = told.progress(
    () => counting.now,
    (counters) => progressText(counters, options),
  );
  let failure: Failure | undefined;
  try {
    const single = options.trace && options.seeds === 1;
    failure = single
      ? await traceEach(options, told, counting, signal)
      : await exploreSeeds(options, countingWith(counting, progress), signal);
  } finally {
    progress.end();
  }
  signal.throwIfAborted();
  const counters = counting.now;
  if (failure === undefined) {
    told.ends('passed', counters);
    return 'passed';
  }
  const explanation = await explained(failure, options, told, signal);
  told.failed(explanation);
  const { result } = explanation.failure.ending;
  told.ends(result, counters);
  return result;
}

/** One history of each line, each with its trace, until one fails. */
async function traceEach(
  options: ExploreCommandOptions,
  told: Telling,
  counting: Counting,
  signal: AbortSignal,
): Promise<Failure | undefined> {
  const seed = options.first;
  for (const juju of options.juju) {
    const traced = await traceHistory({ juju, seed }, options, signal);
    counting.add(traced);
    const { ending, died } = traced;
    if (ending.result !== 'passed') return { juju, seed, ending, died };
    told.traced({ juju, seed }, traced);
  }
  return undefined;
}

async function explained(
  failure: Failure,
  options: ExploreCommandOptions,
  told: Telling,
  signal: AbortSignal,
): Promise<Explanation> {
  told.found(failure);
  let search = { tried: 0, moves: 0 };
  const progress = told.progress(
    () => search,
    ({ tried, moves }) => shrinkingText(tried, moves),
  );
  try {
    return await explainFailure(
      failure,
      options,
      (tried, moves) => {
        search = { tried, moves };
        progress.changed();
      },
      signal,
    );
  } finally {
    progress.end();
  }
}

function countingWith(counting: Counting, progress: Progress): Pick<Counting, 'add'> {
  return {
    add: (history) => {
      counting.add(history);
      progress.changed();
    },
  };
}

/** What is told, for people or as lines of JSON. */
class Telling {
  readonly #options: ExploreCommandOptions;
  readonly #output: Output;

  constructor(options: ExploreCommandOptions, output: Output) {
    this.#options = options;
    this.#output = output;
  }

  begins(): void {
    const { trace: _trace, json: _json, npm: _npm, ...options } = this.#options;
    this.#say('exploring', options, () => optionsText(options));
  }

  /** Progress of some work, whose state `look` gives. */
  progress<State extends object>(look: () => State, text: (state: State) => string): Progress {
    const { terminal } = this.#output;
    return new Progress(
      this.#options.json ? undefined : terminal,
      () => text(look()),
      () => this.#say('progress', look(), () => text(look())),
    );
  }

  traced(id: Parameters<typeof tracedText>[0], traced: Parameters<typeof tracedText>[1]): void {
    this.#say('trace', { ...id, ...traced }, () => tracedText(id, traced));
  }

  found({ juju, seed, ending }: Failure): void {
    const headline = `${ending.result} at seed ${seed} on Juju ${juju}: ${ending.promise}`;
    this.#say('found', { juju, seed, ...ending }, () => headline);
  }

  failed(explanation: Explanation): void {
    const { failure, shortest, trace } = explanation;
    const { juju, seed, ending } = failure;
    const replay = replayCommand(this.#options, failure, this.#options.npm);
    this.#say(
      'failure',
      { juju, seed, ...ending, replay, shortest, trace },
      () => `\n${failureText(explanation, this.#options, replay, this.#options.trace)}\n`,
    );
  }

  ends(result: Ending['result'], counters: Counters): void {
    this.#say('explored', { result, ...counters }, () => `${result}: ${countersText(counters)}`);
  }

  #say(event: string, values: object, text: () => string): void {
    this.#output.out(this.#options.json ? JSON.stringify({ event, ...values }) : text());
  }
}
