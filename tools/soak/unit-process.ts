import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

import type { AgentSettings, Message, Order } from './messages.ts';

/** How a process ended. */
export interface Ending {
  /** Whether {@link UnitProcess.kill} did it. */
  readonly killed: boolean;
  /** The exit code or the signal, and what it wrote to its error output. */
  readonly text: string;
  /** Whether it ended as it should. */
  readonly ok: boolean;
}

/** The process of one unit. */
export class UnitProcess {
  readonly #child: ChildProcess;
  #killed = false;
  #errors = '';
  /** Resolves when it has ended and all it told has been heard. */
  readonly ended: Promise<Ending>;

  constructor(agent: string, settings: AgentSettings, onMessage: (message: Message) => void) {
    this.#child = fork(agent, [JSON.stringify(settings)], {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child.on('message', onMessage);
    // What cannot be sent any more is told by the end of the process.
    this.#child.on('error', () => undefined);
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#errors = (this.#errors + chunk.toString()).slice(-4096);
    });
    this.ended = once(this.#child, 'close').then(([code, signal]) => ({
      killed: this.#killed,
      text: `${signal ?? `exit code ${code}`} ${this.#errors}`.trim(),
      ok: code === 0,
    }));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Whether it runs, and nobody has killed it. */
  get isRunning(): boolean {
    return !this.#killed && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  tell(order: Order): void {
    if (this.#child.connected) this.#child.send(order);
  }

  /** Ends it at this instant, whatever it is doing. */
  kill(): void {
    if (!this.isRunning) return;
    this.#killed = true;
    this.#child.kill('SIGKILL');
  }
}
