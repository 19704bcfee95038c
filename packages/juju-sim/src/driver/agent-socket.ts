import { readFileSync } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { resolve } from 'node:path';

import { GobError, JUJUC_METHOD, JujucServer, type JujucCall } from '@baton/hook-tools/gob';
import type { HookContext } from '../model/hook-context.ts';
import { Refusal } from '../model/refusal.ts';
import { ProtocolError, type ToolCall, type ToolResult } from '../tools/result.ts';
import { runTool } from '../tools/run-tool.ts';
import { isMissing } from './charm-folder.ts';

/** Who is told of the calls of hook tools. */
export interface CallObserver {
  /** Called before each request, to tell the model the time. */
  readonly beforeCall?: () => void;
  /** Called after each tool that ran, with its name. */
  readonly onCall?: (tool: string) => void;
}

/** The unit agent's socket while one hook runs: answers the hook tools of its context. */
export class AgentSocket {
  readonly #server: Server;
  readonly #connections = new Set<Socket>();
  readonly #observer: CallObserver;

  private constructor(context: HookContext, observer: CallObserver) {
    this.#observer = observer;
    this.#server = createServer((socket) => this.#serve(socket, context));
  }

  /**
   * Opens the socket for the context of a hook; `close` it when the hook's process has ended. Tells
   * `observer` of the calls.
   */
  static async open(
    address: string,
    context: HookContext,
    observer: CallObserver,
  ): Promise<AgentSocket> {
    await rm(address, { force: true });
    const socket = new AgentSocket(context, observer);
    await new Promise<void>((listening, failed) => {
      socket.#server.once('error', failed);
      socket.#server.listen(address, listening);
    });
    await chmod(address, 0o700);
    return socket;
  }

  /** Closes the socket and waits, as Juju does, until every connection to it has ended. */
  close(): Promise<void> {
    return new Promise((closed) => this.#server.close(() => closed()));
  }

  /** Ends every connection at once. */
  abort(): void {
    for (const connection of this.#connections) connection.destroy();
  }

  #serve(socket: Socket, context: HookContext): void {
    this.#connections.add(socket);
    const server = new JujucServer();
    socket.on('close', () => this.#connections.delete(socket));
    // The charm's process may end with its connection open: that is the end of the connection.
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      try {
        server.push(chunk);
        for (let call = server.next(); call !== undefined; call = server.next()) {
          this.#observer.beforeCall?.();
          const before = context.toolCalls;
          socket.write(answer(server, call, context));
          // What is sent again with its standard input has run once.
          if (context.toolCalls > before) this.#observer.onCall?.(call.request.commandName);
        }
      } catch (error) {
        // What cannot be read ends the connection, as it does in Go.
        if (!GobError.is(error)) throw error;
        socket.destroy();
      }
    });
  }
}

function answer(server: JujucServer, call: JujucCall, context: HookContext): Uint8Array {
  try {
    const { code, stdout, stderr } = run(call, context);
    return server.reply(call, { code, stdout: Buffer.from(stdout), stderr: Buffer.from(stderr) });
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return server.refuse(call, error.message);
  }
}

function run(call: JujucCall, context: HookContext): ToolResult {
  const { contextId, dir, commandName, args, stdin, token } = call.request;
  if (call.method !== JUJUC_METHOD)
    throw new ProtocolError(`rpc: can't find method ${call.method}`);
  if (!dir.startsWith('/')) throw new ProtocolError('bad request: Dir is not absolute');
  if (token !== undefined && token !== '')
    throw new ProtocolError('bad request: token does not match');
  if (contextId !== context.id)
    throw new ProtocolError(`bad request: wrong context ID; got "${contextId}"`);
  const toolCall: ToolCall = {
    tool: commandName,
    args,
    directory: dir,
    ...(stdin === undefined ? {} : { stdin: Buffer.from(stdin).toString() }),
  };
  return runTool(context, toolCall, readSettings);
}

/** Reads the file of `--file`, which the agent opens, not the client. */
function readSettings(path: string, directory: string | undefined): string {
  const file = resolve(directory ?? '/', path);
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    // Whatever is wrong with the file, it is the charm that named it.
    throw new Refusal(whyUnreadable(file, error));
  }
}

function whyUnreadable(file: string, error: unknown): string {
  if (isMissing(error)) return `open ${file}: no such file or directory`;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'EISDIR' ? `read ${file}: is a directory` : `open ${file}: ${String(error)}`;
}
