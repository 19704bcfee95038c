import { fork, type ChildProcess } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

import { SimError } from '../driver/sim-error.ts';
import { parseMessage, type Job, type Message } from './messages.ts';

/** The longest that the modules of a scenario may take to load. */
const LOADING_MS_MAX = 300_000;

/** So much of what a worker printed is kept, from its end. */
const PRINTED_MAX = 4_000;

const here = fileURLToPath(import.meta.url);
const workerModule = fileURLToPath(new URL(`worker${extname(here)}`, import.meta.url));

/** How a worker is started. */
export interface WorkerOptions {
  readonly scenario: string;
  /** The longest that it may tell nothing, in ms. */
  readonly silentMsMax: number;
  /** The descriptor of a file for the trace. */
  readonly traceFile?: number;
}

/** What became of a job: the worker is done with it, or has died, and how. */
export type JobEnd = { readonly done: true } | { readonly done: false; readonly died: string };

/**
 * Histories make much garbage that is gone at once, and many errors that nobody prints: without room for the one and
 * without stacks for the other they take a third less time.
 */
function nodeOptions(printsErrors: boolean): readonly string[] {
  const room = '--max-semi-space-size=128';
  return printsErrors ? [room] : [room, '--stack-trace-limit=0'];
}

/** A process that plays histories, and is watched: it may die, or hang. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #options: WorkerOptions;
  readonly #closed: Promise<void>;
  #ready = false;
  #printed = '';
  /** Why it was ended from here. */
  #endedBecause: string | undefined;

  constructor(options: WorkerOptions) {
    const { scenario, traceFile } = options;
    this.#options = options;
    const files = traceFile === undefined ? [] : [traceFile];
    this.#child = fork(workerModule, [scenario, String(4)], {
      execArgv: [...process.execArgv, ...nodeOptions(traceFile !== undefined)],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc', ...files],
    });
    const keep = (chunk: Buffer): void => {
      this.#printed = (this.#printed + chunk.toString()).slice(-PRINTED_MAX);
    };
    this.#child.stdout?.on('data', keep);
    this.#child.stderr?.on('data', keep);
    this.#closed = new Promise((closed) => {
      this.#child.once('close', () => closed());
      this.#child.on('error', (error) => {
        keep(Buffer.from(error.message));
        // What was never started is never closed.
        if (this.#child.pid === undefined) closed();
      });
    });
  }

  /**
   * Has it do a job, and hears what it tells; resolves when it is done or has died.
   *
   * @throws {SimError} if it cannot load the scenario
   */
  async run(job: Job, onMessage: (message: Message) => void): Promise<JobEnd> {
    const child = this.#child;
    if (this.#ready) child.send(job);
    let watch = this.#watch();
    let unusable: string | undefined;
    const done = new Promise<JobEnd>((resolve) => {
      const hear = (value: unknown): void => {
        clearTimeout(watch);
        const message = parseMessage(value);
        if (message.is === 'unusable') {
          unusable = message.why;
          child.kill('SIGKILL');
          return;
        }
        if (message.is === 'ready') {
          this.#ready = true;
          child.send(job);
        }
        onMessage(message);
        if (message.is === 'done') {
          child.off('message', hear);
          resolve({ done: true });
        } else watch = this.#watch();
      };
      child.on('message', hear);
      void this.#closed.then(() => resolve({ done: false, died: this.#howItDied() }));
    });
    const end = await done;
    clearTimeout(watch);
    if (unusable !== undefined) throw new SimError(unusable);
    if (!end.done && !this.#ready && this.#endedBecause !== 'stopped')
      throw new SimError(`the process that loads ${this.#options.scenario} ${end.died}`);
    return end;
  }

  /** Ends the process, whatever it does; resolves when it has ended. */
  async end(): Promise<void> {
    this.#endedBecause ??= 'stopped';
    this.#child.kill('SIGKILL');
    await this.#closed;
  }

  #watch(): NodeJS.Timeout {
    const ms = this.#ready ? this.#options.silentMsMax : LOADING_MS_MAX;
    return setTimeout(() => {
      this.#endedBecause ??= `hung: it was ended after ${ms / 1_000} s in which it told nothing`;
      this.#child.kill('SIGKILL');
    }, ms);
  }

  #howItDied(): string {
    const { exitCode, signalCode } = this.#child;
    const how =
      this.#endedBecause ?? `ended by itself, with ${signalCode ?? `exit code ${exitCode}`}`;
    const printed = this.#printed.trim();
    return printed === '' ? how : `${how}; the last that it printed:\n${printed}`;
  }
}
