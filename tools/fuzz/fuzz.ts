import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { bundle } from '../soak/bundle.ts';
import { DECODERS } from './decoders.ts';
import type { Failure, Tally } from './fuzz-range.ts';
import type { Job, Message } from './messages.ts';
import type { FuzzOptions } from './options.ts';

/** A worker's memory may grow by so much: some inputs have a megabyte, and what they are read as has more. */
const GROWN_BYTES_MAX = 256 * 1024 * 1024;

/** A worker tells how far it has come every few thousand inputs; one that is silent for so long hangs. */
const SILENT_MS_MAX = 60_000;

/** What one decoder did with its inputs. */
interface DecoderFigures extends Tally {
  readonly decoder: string;
  /** How long its workers ran, added up. */
  readonly workSeconds: number;
  readonly grownBytes: number;
}

/** What a run has shown. */
export interface Figures {
  readonly seed: number;
  readonly seconds: number;
  readonly grownBytesMax: number;
  readonly decoders: readonly DecoderFigures[];
  readonly failures: readonly Failure[];
}

/** Fuzzes the decoders; all its processes have ended when the promise settles. */
export async function fuzz(options: FuzzOptions, signal: AbortSignal): Promise<Figures> {
  const began = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'baton-fuzz-'));
  try {
    const here = fileURLToPath(import.meta.url);
    const worker = join(folder, 'worker.mjs');
    await bundle(join(here, '..', `worker${extname(here)}`), worker);
    const names = DECODERS.map(({ name }) => name).filter(
      (name) => options.decoder === undefined || name === options.decoder,
    );
    const waiting = names.flatMap((name) => shareOut(name, options));
    const done: DecoderFigures[] = [];
    const work = async (): Promise<void> => {
      for (let job = waiting.shift(); job !== undefined && !signal.aborted; job = waiting.shift()) {
        done.push(await runJob(worker, job, signal));
      }
    };
    await Promise.all(Array.from({ length: options.jobs }, work));
    signal.throwIfAborted();
    const decoders = names.map((name) => addUp(name, done));
    return {
      seed: options.seed,
      seconds: (performance.now() - began) / 1000,
      grownBytesMax: GROWN_BYTES_MAX,
      decoders,
      failures: decoders.flatMap(({ failures }) => failures),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function shareOut(decoder: string, { seed, count, jobs }: FuzzOptions): Job[] {
  const share = Math.ceil(count / jobs);
  const shares: Job[] = [];
  for (let from = 0; from < count; from += share) {
    shares.push({ decoder, seed, from, count: Math.min(share, count - from) });
  }
  return shares;
}

async function runJob(worker: string, job: Job, signal: AbortSignal): Promise<DecoderFigures> {
  const began = performance.now();
  const child = fork(worker, [JSON.stringify(job)], {
    execArgv: [],
    signal,
    killSignal: 'SIGKILL',
  });
  let tried = 0;
  let result: Extract<Message, { readonly tally: Tally }> | undefined;
  let hung = false;
  const silence = setTimeout(() => {
    hung = true;
    child.kill('SIGKILL');
  }, SILENT_MS_MAX);
  child.on('message', (message: Message) => {
    silence.refresh();
    if ('tried' in message) ({ tried } = message);
    else result = message;
  });
  // An abort is told by the signal, which everybody looks at.
  child.on('error', () => undefined);
  const [code, endSignal] = await once(child, 'close');
  clearTimeout(silence);
  const workSeconds = (performance.now() - began) / 1000;
  const { decoder, from } = job;
  if (result === undefined) {
    const how = hung ? `hung for ${SILENT_MS_MAX / 1000} s` : `ended with ${endSignal ?? code}`;
    const what = `the worker ${how} somewhere after input ${from + tried}`;
    const failures = signal.aborted ? [] : [{ decoder, hex: '', what }];
    const nothing = { inputs: tried, values: 0, refused: {}, slowestMs: 0, grownBytes: 0 };
    return { ...nothing, decoder, failures, workSeconds };
  }
  const { tally, grownBytes } = result;
  const failures = [...tally.failures];
  if (grownBytes > GROWN_BYTES_MAX) {
    failures.push({ decoder, hex: '', what: `its memory grew by ${grownBytes} bytes` });
  }
  return { ...tally, decoder, failures, grownBytes, workSeconds };
}

function addUp(decoder: string, done: readonly DecoderFigures[]): DecoderFigures {
  const own = done.filter((figures) => figures.decoder === decoder);
  const refused: Record<string, number> = {};
  for (const figures of own) {
    for (const [code, count] of Object.entries(figures.refused)) {
      refused[code] = (refused[code] ?? 0) + count;
    }
  }
  return {
    decoder,
    inputs: own.reduce((sum, { inputs }) => sum + inputs, 0),
    values: own.reduce((sum, { values }) => sum + values, 0),
    refused,
    slowestMs: Math.max(...own.map(({ slowestMs }) => slowestMs)),
    grownBytes: Math.max(...own.map(({ grownBytes }) => grownBytes)),
    workSeconds: own.reduce((sum, { workSeconds }) => sum + workSeconds, 0),
    failures: own.flatMap(({ failures }) => failures),
  };
}
