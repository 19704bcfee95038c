import { Agent, request } from 'node:http';

import { Rotation, type Backend } from './rotation.ts';

const EVERY_MS = 8;
const TIMEOUT_MS = 5_000;

/** What became of the client's requests. */
export interface ClientCounters {
  /** Answered, by the first server or the second. */
  readonly answered: number;
  /** Refused by one server and passed on to another; each is also answered or failed. */
  readonly retried: number;
  /** Refused twice, cut off in the middle, or without an answer for 5 seconds. */
  readonly failed: number;
}

/** One request's end, for the picture. */
export interface ClientSample {
  /** When it ended, in milliseconds since the epoch. */
  readonly at: number;
  readonly outcome: 'answered' | 'retried' | 'failed';
}

type Outcome = 'answered' | 'leaving' | 'refused' | 'failed';

/** Calls the servers in turn, as a load balancer would, 125 times a second. */
export class Client {
  readonly #agent = new Agent({ keepAlive: true, maxFreeSockets: 4 });
  readonly #rotation: Rotation;
  readonly #under: Set<Promise<void>> = new Set();
  readonly #counters = { answered: 0, retried: 0, failed: 0 };
  readonly #samples: ClientSample[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(backends: readonly Backend[]) {
    this.#rotation = new Rotation(backends);
  }

  /** What became of the requests so far. */
  get counters(): ClientCounters {
    return { ...this.#counters };
  }

  /** Every request that has ended, in that order. */
  get samples(): readonly ClientSample[] {
    return this.#samples;
  }

  /** Begins to call. */
  start(): void {
    this.#timer = setInterval(() => {
      const call = this.#call();
      this.#under.add(call);
      void call.finally(() => this.#under.delete(call));
    }, EVERY_MS);
  }

  /** Calls no more, and resolves when every request has ended. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#under);
    this.#agent.destroy();
  }

  async #call(): Promise<void> {
    const first = this.#rotation.next(performance.now());
    let outcome = await this.#try(first);
    let retried = false;
    if (outcome === 'refused') {
      retried = true;
      this.#counters.retried += 1;
      outcome = await this.#try(this.#rotation.second(first, performance.now()));
    }
    const answered = outcome === 'answered' || outcome === 'leaving';
    this.#counters[answered ? 'answered' : 'failed'] += 1;
    const label = answered ? (retried ? 'retried' : 'answered') : 'failed';
    this.#samples.push({ at: Date.now(), outcome: label });
  }

  async #try(backend: Backend): Promise<Outcome> {
    const outcome = await this.#send(backend);
    const now = performance.now();
    if (outcome === 'answered') this.#rotation.answered(backend, now);
    else this.#rotation.away(backend, now);
    return outcome;
  }

  /** Refused is what had no answer at all; what broke off after the answer began has failed. */
  #send(backend: Backend): Promise<Outcome> {
    return new Promise((resolve) => {
      const call = request(
        {
          host: '127.0.0.1',
          port: backend.port,
          path: '/',
          agent: this.#agent,
          timeout: TIMEOUT_MS,
        },
        (response) => {
          response.once('error', () => resolve('failed'));
          response.once('end', () => {
            const leaving = response.headers.connection === 'close';
            resolve(response.statusCode === 200 ? (leaving ? 'leaving' : 'answered') : 'failed');
          });
          response.resume();
        },
      );
      call.once('timeout', () => {
        resolve('failed');
        call.destroy();
      });
      call.once('error', () => resolve('refused'));
      call.end();
    });
  }
}
