import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

import type { ToolCall, ToolResult } from '@baton/hook-tools';
import * as z from 'zod/mini';

const program = fileURLToPath(new URL('python_worker.py', import.meta.url));

const toolMessage = z.strictObject({
  tool: z.string(),
  args: z.array(z.string()),
  stdin: z.string(),
});
const execMessage = z.strictObject({
  exec: z.string(),
  unit: z.string(),
  afterSeconds: z.number(),
});
const exitMessage = z.strictObject({ exit: z.number() });
const messageSchema = z.union([toolMessage, execMessage, exitMessage]);

/** What a worker says: a tool it calls, something that is to be run later on a unit, or that the hook has ended. */
export type WorkerMessage = z.infer<typeof messageSchema>;

/** A hook that a worker is to run. */
export interface WorkerHook {
  /** The folder of the unit's charm. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** What a charm's process in the background will run on a unit with juju-exec. */
export type LaterExec = z.infer<typeof execMessage>;

/** Who answers while a hook runs. */
export interface WorkerHost {
  readonly call: (call: ToolCall) => Promise<ToolResult>;
  readonly later: (exec: LaterExec) => void;
}

/** Reads one line of a worker. @throws {Error} for a line that is none of its messages */
export function parseMessage(line: string): WorkerMessage {
  return messageSchema.parse(JSON.parse(line));
}

/** A Python that has loaded what charms load, and runs their hooks one after another. `stop` it in the end. */
export class PythonWorker {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #lines: AsyncIterator<string>;
  #said = '';

  /**
   * @param python the program
   * @param modules what is loaded once, before the first hook
   */
  constructor(python: string, modules: readonly string[]) {
    this.#child = spawn(python, [program, ...modules], {
      env: {
        PATH: process.env['PATH'],
        PYTHONDONTWRITEBYTECODE: '1',
        PYTHONWARNINGS: 'ignore',
        // As the dispatch of tools/interop has it.
        SETUPTOOLS_USE_DISTUTILS: 'stdlib',
      },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#lines = linesOf(this.#child.stdout);
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#said = `${this.#said}${text}`.slice(-4_000);
    });
  }

  /** Runs one hook to its end. @returns its exit code @throws {Error} if the worker is gone */
  async run(hook: WorkerHook, host: WorkerHost): Promise<number> {
    this.#send(hook);
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done === true) throw new Error(`the Python worker has ended:\n${this.#said}`);
      const message = parseMessage(value);
      if ('exit' in message) return message.exit;
      if ('exec' in message) {
        host.later(message);
        this.#send({});
      } else {
        const { exitCode, stdout, stderr } = await host.call(message);
        if (message.tool !== 'juju-log') this.#send({ code: exitCode, stdout, stderr });
      }
    }
  }

  /** What it printed last on standard error. */
  get said(): string {
    return this.#said;
  }

  async stop(): Promise<void> {
    const ended = new Promise((closed) => this.#child.once('close', closed));
    this.#child.stdin.end();
    await ended;
  }

  #send(message: unknown): void {
    this.#child.stdin.write(`${JSON.stringify(message)}\n`);
  }
}

async function* linesOf(stream: Readable): AsyncGenerator<string> {
  let rest = '';
  stream.setEncoding('utf8');
  for await (const chunk of stream) {
    const lines = `${rest}${String(chunk)}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}
