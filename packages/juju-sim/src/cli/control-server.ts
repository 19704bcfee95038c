import { rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';

import type { Application } from '../application.ts';
import { SimError } from '../driver/sim-error.ts';
import { Refusal } from '../model/refusal.ts';
import { readRequest } from './control-request.ts';
import { firstLine } from './first-line.ts';
import { handleRequest } from './handle-request.ts';

/** The socket by which a second terminal speaks to a running application: a line of JSON each way. */
export class ControlServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(application: Application, stop: () => void) {
    this.#server = createServer((socket) => this.#serve(socket, application, stop));
  }

  /** Listens on a path; call `close` in the end. `stop` is called when somebody asks for the end. */
  static async open(
    path: string,
    application: Application,
    stop: () => void,
  ): Promise<ControlServer> {
    await rm(path, { force: true });
    const control = new ControlServer(application, stop);
    await new Promise<void>((listening, failed) => {
      control.#server.once('error', failed);
      control.#server.listen(path, listening);
    });
    return control;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.end();
    await new Promise<void>((closed) => this.#server.close(() => closed()));
  }

  #serve(socket: Socket, application: Application, stop: () => void): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    firstLine(socket)
      .then((line) => (line === undefined ? '' : answer(line, application, stop)))
      .then((reply) => socket.end(`${reply}\n`))
      // Whoever asked is gone: there is nobody to answer.
      .catch(() => socket.destroy());
  }
}

async function answer(line: string, application: Application, stop: () => void): Promise<string> {
  try {
    const request = readRequest(line);
    const result = (await handleRequest(application, request, stop)) ?? null;
    return JSON.stringify({ result });
  } catch (error) {
    const known = error instanceof SimError || error instanceof Refusal;
    if (known) return JSON.stringify({ error: error.message });
    return JSON.stringify({ error: `juju-sim failed: ${String(error)}` });
  }
}
