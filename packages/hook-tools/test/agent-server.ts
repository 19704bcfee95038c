import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { JujucServer, type JujucCall, type JujucRequest } from '../src/gob/index.ts';
import { SocketTransport, type HookToolTransport, type ToolResult } from '../src/index.ts';

/** What the agent does with a call. */
export type AgentAnswer =
  | ToolResult
  /** Bytes that stand for no text, on standard output. */
  | { readonly printed: Uint8Array }
  /** An error instead of an answer. */
  | { readonly refused: string }
  /** Whatever bytes. */
  | { readonly raw: Uint8Array }
  | 'hangs up';

type Answer = (request: JujucRequest, call: JujucCall) => AgentAnswer | Promise<AgentAnswer>;

const CONTEXT_ID = 'a/0-update-status-1';

/** The agent's end of a real socket, for one test, which closes it. */
export class AgentServer {
  /** What was called, in order. */
  readonly calls: JujucRequest[] = [];
  /** How many connections there have been. */
  connections = 0;
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  readonly #address: string;

  private constructor(address: string, answer: Answer) {
    this.#address = address;
    this.#server = createServer((socket) => this.#serve(socket, answer));
  }

  /** Listens on a socket in a new folder, or on the address. */
  static async listen(answer: Answer, address?: string): Promise<AgentServer> {
    const folder = await mkdtemp(join(tmpdir(), 'baton-agent-'));
    const server = new AgentServer(address ?? join(folder, 'agent.socket'), answer);
    onTestFinished(async () => {
      server.hangUp();
      await server.closed();
      await rm(folder, { recursive: true, force: true });
    });
    await new Promise<void>((listening, failed) => {
      server.#server.once('error', failed);
      server.#server.listen(server.#address.replace(/^@/, '\0'), listening);
    });
    return server;
  }

  /** What Juju's environment says of the socket. */
  get env(): Readonly<Record<string, string>> {
    return {
      JUJU_CONTEXT_ID: CONTEXT_ID,
      JUJU_AGENT_SOCKET_ADDRESS: this.#address,
      JUJU_AGENT_SOCKET_NETWORK: 'unix',
    };
  }

  /** Ends every connection. */
  hangUp(): void {
    for (const socket of this.#open) socket.destroy();
  }

  /** Listens no more, and waits, as Juju does, until every connection has ended. */
  closed(): Promise<void> {
    return new Promise((closed) => this.#server.close(() => closed()));
  }

  #serve(socket: Socket, answer: Answer): void {
    this.connections += 1;
    this.#open.add(socket);
    const server = new JujucServer();
    socket.on('close', () => this.#open.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      server.push(chunk);
      for (let call = server.next(); call !== undefined; call = server.next()) {
        this.calls.push(call.request);
        void this.#answer(socket, server, call, answer);
      }
    });
  }

  async #answer(
    socket: Socket,
    server: JujucServer,
    call: JujucCall,
    answer: Answer,
  ): Promise<void> {
    const given = await answer(call.request, call);
    if (given === 'hangs up') socket.destroy();
    else if ('raw' in given) socket.write(given.raw);
    else if ('refused' in given) socket.write(server.refuse(call, given.refused));
    else if ('printed' in given) {
      const reply = { code: 0, stdout: given.printed, stderr: new Uint8Array() };
      socket.write(server.reply(call, reply));
    } else {
      const [stdout, stderr] = [Buffer.from(given.stdout), Buffer.from(given.stderr)];
      socket.write(server.reply(call, { code: given.exitCode, stdout, stderr }));
    }
  }
}

/** Has the calls that come answered by a transport. */
function through(transport: HookToolTransport): Answer {
  return ({ commandName, args, stdin = new Uint8Array() }) => {
    const text = Buffer.from(stdin).toString();
    // On a socket there always is a standard input.
    return transport.run({ tool: commandName, args, ...(text === '' ? {} : { stdin: text }) });
  };
}

/** The ways that calls can take to a transport that answers them. */
export const WAYS: readonly {
  readonly way: string;
  readonly by: (transport: HookToolTransport) => Promise<HookToolTransport>;
}[] = [
  { way: 'called directly', by: async (transport) => transport },
  {
    way: "called on the agent's socket",
    by: async (transport) => {
      const { env } = await AgentServer.listen(through(transport));
      return new SocketTransport({ env });
    },
  },
];
