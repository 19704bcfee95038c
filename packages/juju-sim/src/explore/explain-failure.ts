import type { TraceEvent } from '../virtual/trace.ts';
import type { ExploreOptions, HistoryId } from './explore-options.ts';
import { crashOf, type Failure } from './explore-seeds.ts';
import type { Ending, Job, Message, PlayedMessage, Shortest } from './messages.ts';
import { TraceFile } from './trace-file.ts';
import { WorkerProcess, type JobEnd } from './worker-process.ts';

/** The longest that the shortest history is looked for, in ms. */
const SHRINKING_MS_MAX = 60_000;

/** A failure, and what can be told of it. */
export interface Explanation {
  readonly failure: Failure;
  /** The shortest history that fails so; `undefined` where it could not be looked for. */
  readonly shortest: Shortest | undefined;
  /** What happened in the shortest history, or, without one, in the whole. */
  readonly trace: readonly TraceEvent[];
}

/** A history that was played with its trace. */
export interface Traced {
  readonly ending: Ending;
  readonly died: boolean;
  readonly hooks: number;
  readonly toolCalls: number;
  readonly trace: readonly TraceEvent[];
}

/** Looks for the shortest history that fails as this one did. */
export async function explainFailure(
  failure: Failure,
  options: ExploreOptions,
  onTried: (tried: number, moves: number) => void,
  signal: AbortSignal,
): Promise<Explanation> {
  const { juju, seed, ending } = failure;
  if (failure.died) {
    const traced = await traceHistory(failure, options, signal);
    return {
      failure: againOrNot(failure, traced.ending),
      shortest: undefined,
      trace: traced.trace,
    };
  }
  let shortest: Shortest | undefined;
  const { units } = options;
  const job = { do: 'shrink', juju, seed, units, msMax: SHRINKING_MS_MAX } as const;
  const { end, trace } = await runWithTrace(job, options, signal, (message) => {
    if (message.is === 'shrinking') onTried(message.tried, message.moves);
    else if (message.is === 'shrunk') ({ shortest } = message);
  });
  if (end.done && shortest !== undefined) {
    const again = againOrNot(failure, shortest);
    return { failure: again, shortest: again === failure ? shortest : undefined, trace };
  }
  // A shorter history has ended the process. The whole one has not.
  const { trace: whole } = await traceHistory(failure, options, signal);
  const message = `${ending.message}\nThe process that looked for a shorter history ${whyNoAnswer(end)}`;
  return {
    failure: { ...failure, ending: { ...ending, message } },
    shortest: undefined,
    trace: whole,
  };
}

/** Plays one history with its trace. */
export async function traceHistory(
  { juju, seed }: HistoryId,
  options: ExploreOptions,
  signal: AbortSignal,
): Promise<Traced> {
  let played: PlayedMessage | undefined;
  const job = { do: 'trace', juju, seed, units: options.units } as const;
  const { end, trace } = await runWithTrace(job, options, signal, (message) => {
    if (message.is === 'played') played = message;
  });
  if (played !== undefined) return { ...played, died: false, trace };
  const ending = crashOf(seed, whyNoAnswer(end));
  return { ending, died: true, hooks: 0, toolCalls: 0, trace };
}

function whyNoAnswer(end: JobEnd): string {
  return end.done ? 'told nothing' : end.died;
}

/** What failed once must fail again in the same way; if it does not, that is what is wrong. */
function againOrNot(failure: Failure, { result, promise }: Ending): Failure {
  const { ending } = failure;
  if (result === ending.result && promise === ending.promise) return failure;
  const now = result === 'passed' ? 'it passes' : `it ends with ${result}: ${promise}`;
  return {
    ...failure,
    ending: {
      result: 'crash',
      promise: 'the same seed gives the same history',
      message: `seed ${failure.seed} ended with ${ending.result}: ${ending.promise}, and played again ${now}. Either its process was ended from outside, or the scenario depends on something else than its seed. What it said at first: ${ending.message}`,
    },
  };
}

async function runWithTrace(
  job: Job,
  { scenario, historyMsMax }: ExploreOptions,
  signal: AbortSignal,
  onMessage: (message: Message) => void,
): Promise<{ readonly end: JobEnd; readonly trace: readonly TraceEvent[] }> {
  const file = new TraceFile();
  const worker = new WorkerProcess({
    scenario,
    silentMsMax: historyMsMax,
    traceFile: file.descriptor,
  });
  const stop = (): void => void worker.end();
  signal.addEventListener('abort', stop);
  try {
    signal.throwIfAborted();
    const end = await worker.run(job, onMessage);
    signal.throwIfAborted();
    return { end, trace: file.read() };
  } finally {
    signal.removeEventListener('abort', stop);
    await worker.end();
    file.close();
  }
}
