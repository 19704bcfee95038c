import type { Counting } from './counters.ts';
import type { ExploreOptions, HistoryId } from './explore-options.ts';
import type { Ending, PlayJob } from './messages.ts';
import { WorkerProcess } from './worker-process.ts';

/** No worker gets more seeds at once: when one fails, those below it are still to be finished. */
const CHUNK_MAX = 20;

/** A history that fails. */
export interface Failure extends HistoryId {
  readonly ending: Ending;
  /** Whether the process that played it has died. */
  readonly died: boolean;
}

/** Seeds that one worker plays; `index` counts the histories before them, of all lines. */
interface Chunk {
  readonly index: number;
  readonly job: PlayJob;
}

/**
 * Plays all seeds of all lines, and resolves to the first that fails, in the order of the lines and then of the
 * seeds, whichever worker was faster; to `undefined` if none does. When it settles all its processes have ended.
 */
export async function exploreSeeds(
  options: ExploreOptions,
  counting: Pick<Counting, 'add'>,
  signal: AbortSignal,
): Promise<Failure | undefined> {
  const waiting = chunksOf(options);
  const running = new Map<WorkerProcess, Chunk>();
  let first: { readonly index: number; readonly failure: Failure } | undefined;
  let stopping = false;

  const stop = (): void => {
    stopping = true;
    for (const worker of running.keys()) void worker.end();
  };
  const failed = (index: number, failure: Failure): void => {
    if (first !== undefined && first.index < index) return;
    first = { index, failure };
    for (const [worker, chunk] of running) if (chunk.index > index) void worker.end();
  };
  const next = (): Chunk | undefined => {
    if (stopping || (first !== undefined && (waiting[0]?.index ?? 0) > first.index))
      return undefined;
    return waiting.shift();
  };
  const runChunk = async (worker: WorkerProcess, chunk: Chunk): Promise<boolean> => {
    const { index, job } = chunk;
    let seed = job.first;
    const end = await worker.run(job, (message) => {
      if (message.is !== 'played') return;
      counting.add(message);
      const { ending } = message;
      const at = index + message.seed - job.first;
      seed = message.seed + 1;
      if (ending.result !== 'passed')
        failed(at, { juju: job.juju, seed: message.seed, ending, died: false });
    });
    // What was ended from here because of an earlier failure has not failed.
    const earlier = first !== undefined && first.index <= index;
    if (!end.done && !stopping && !earlier)
      failed(index + seed - job.first, {
        juju: job.juju,
        seed,
        ending: crashOf(seed, end.died),
        died: true,
      });
    return end.done;
  };
  const work = async (): Promise<void> => {
    for (let chunk = next(); chunk !== undefined;) {
      const worker = new WorkerProcess({
        scenario: options.scenario,
        silentMsMax: options.historyMsMax,
      });
      try {
        let alive = true;
        while (alive && chunk !== undefined) {
          running.set(worker, chunk);
          alive = await runChunk(worker, chunk);
          chunk = next();
        }
      } finally {
        running.delete(worker);
        await worker.end();
      }
    }
  };

  signal.addEventListener('abort', stop);
  try {
    const works = Array.from({ length: options.workers }, work);
    try {
      await Promise.all(works);
    } finally {
      stop();
      await Promise.allSettled(works);
    }
  } finally {
    signal.removeEventListener('abort', stop);
  }
  return first?.failure;
}

/** How a history ended whose process died. */
export function crashOf(seed: number, died: string): Ending {
  return {
    result: 'crash',
    promise: 'the process goes on',
    message: `the process that played seed ${seed} ${died}`,
  };
}

function chunksOf({ juju: lines, first, seeds, units, workers }: ExploreOptions): Chunk[] {
  const size = Math.min(CHUNK_MAX, Math.ceil(seeds / workers));
  const chunks: Chunk[] = [];
  for (const [line, juju] of lines.entries())
    for (let from = 0; from < seeds; from += size) {
      const count = Math.min(size, seeds - from);
      const job = { do: 'play', juju, first: first + from, count, units } as const;
      chunks.push({ index: line * seeds + from, job });
    }
  return chunks;
}
