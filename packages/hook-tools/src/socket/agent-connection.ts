import type { Socket } from 'node:net';
import { GobError } from '../gob/gob-error.ts';
import type { JujucRequest } from '../gob/jujuc-call.ts';
import { JujucClient, type JujucAnswer } from '../gob/jujuc-client.ts';

/** Who waits for an answer. */
interface Waiting {
  readonly resolve: (answer: JujucAnswer) => void;
  readonly reject: (error: Error) => void;
}

/**
 * One connection to the agent, for one call at a time. It keeps the process alive only while a call is under way:
 * the agent ends a hook when the last connection has ended, so an idle one must never outlive the charm's code.
 * It dies with the process, and no child inherits it: Node opens sockets close-on-exec.
 */
export class AgentConnection {
  readonly #socket: Socket;
  readonly #client = new JujucClient();
  #seq = 0;
  #waiting: Waiting | undefined;
  #ended: Error | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.unref();
    socket.on('data', (chunk) => this.#take(chunk));
    socket.on('error', (error) => this.#end(error));
    socket.on('end', () => this.#end(new Error('the agent closed it')));
    socket.on('close', () => this.#end(new Error('it was closed')));
  }

  /** Connects to the socket at a path; rejects with the system's error. */
  static open(path: string): Promise<AgentConnection> {
    // Looked up here: a charm that Juju does not run must not pay for loading it.
    const { createConnection } = process.getBuiltinModule('node:net');
    return new Promise((resolve, reject) => {
      const socket = createConnection(path);
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new AgentConnection(socket));
      });
    });
  }

  /** Why it can be used no more; undefined while it can. */
  get ended(): Error | undefined {
    return this.#ended;
  }

  /**
   * Sends a call and waits for its answer; call it again only then. It rejects with what ended the connection:
   * the call was sent by then, and nobody knows what became of it.
   *
   * @throws {GobError} `NOT_ENCODABLE` before anything is sent
   */
  call(request: JujucRequest): Promise<JujucAnswer> {
    const bytes = this.#client.request(this.#seq, request);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.ref();
      this.#socket.write(bytes);
    });
  }

  /** Ends the connection. */
  close(): void {
    this.#end(new Error('it was closed'));
  }

  #take(chunk: Uint8Array): void {
    try {
      this.#client.push(chunk);
      for (let next = this.#client.next(); next !== undefined; next = this.#client.next()) {
        this.#answer(next);
      }
    } catch (error) {
      if (!GobError.is(error)) throw error;
      this.#end(error);
    }
  }

  #answer(answer: JujucAnswer): void {
    const waiting = this.#waiting;
    if (waiting === undefined || answer.seq !== this.#seq) {
      this.#end(new Error(`an answer came that belongs to no call: ${answer.seq}`));
      return;
    }
    this.#seq += 1;
    this.#waiting = undefined;
    this.#socket.unref();
    waiting.resolve(answer);
  }

  #end(why: Error): void {
    if (this.#ended !== undefined) return;
    this.#ended = why;
    this.#socket.destroy();
    this.#waiting?.reject(why);
    this.#waiting = undefined;
  }
}
