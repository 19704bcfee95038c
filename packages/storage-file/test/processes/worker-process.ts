import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

import { atEnd } from '../places.ts';
import type { Answer, Order } from './orders.ts';

/** A worker in a process of its own, ended with the test. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #waiting: ((answer: Answer | 'ended') => void)[] = [];
  readonly #published: ((ticket: number) => void)[] = [];
  /** The last ticket that the worker said it has published. */
  lastPublished = 0;

  private constructor(program: string, directory: string, unit: string) {
    this.#child = fork(program, [directory, unit]);
    this.#child.on('message', (answer: Answer) => {
      if ('published' in answer) {
        this.lastPublished = answer.published;
        for (const listener of this.#published) listener(answer.published);
      } else {
        this.#waiting.shift()?.(answer);
      }
    });
    this.#child.on('exit', () => {
      for (const resolve of this.#waiting.splice(0)) resolve('ended');
    });
    atEnd(() => this.kill());
  }

  /** Starts a worker, which is the program made of `worker.ts`, and waits until it is ready. */
  static async start(program: string, directory: string, unit: string): Promise<WorkerProcess> {
    const worker = new WorkerProcess(program, directory, unit);
    await worker.#answer();
    return worker;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Gives an order and waits for what comes of it. */
  async tell(order: Order): Promise<unknown> {
    const answer = this.#answer();
    this.#child.send(order);
    return answer;
  }

  /** Lets the worker publish until it is killed, and waits until it has published this often. */
  async publishUntil(ticket: number): Promise<void> {
    const reached = new Promise<void>((resolve) => {
      this.#published.push((published) => {
        if (published >= ticket) resolve();
      });
    });
    this.#child.send({ do: 'publish' } satisfies Order);
    await reached;
  }

  /** Ends the worker's process at this instant, and waits until it is gone. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exit;
  }

  async #answer(): Promise<unknown> {
    const answer = await new Promise<Answer | 'ended'>((resolve) => {
      this.#waiting.push(resolve);
    });
    if (answer === 'ended') throw new Error('the worker has ended');
    if ('failed' in answer) throw Object.assign(new Error(answer.failed.message), answer.failed);
    return 'done' in answer ? answer.done : undefined;
  }
}
