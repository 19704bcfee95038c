import type { Environment } from './hook-context.ts';
import { AgentClient } from './socket/agent-client.ts';
import type { HookToolTransport, ToolCall, ToolResult } from './transport.ts';

/** How {@link SocketTransport} is made. */
export interface SocketTransportOptions {
  /** The environment that says where the agent is, read at the first call; `process.env` where absent. */
  readonly env?: Environment;
}

/**
 * Calls the tools as Juju's own programs do, on the socket of the agent, without starting one: all calls share one
 * connection, one after another. Where it fails once, it fails for good. An argument may have any length, unlike
 * one of {@link SpawnTransport}.
 *
 * The connection keeps the process alive only during a call, and ends with it.
 */
export class SocketTransport implements HookToolTransport {
  readonly #client: AgentClient;

  /** Connects to nothing yet. */
  constructor(options: SocketTransportOptions = {}) {
    this.#client = new AgentClient(options.env);
  }

  /**
   * Has the agent run a tool, and waits for its answer.
   *
   * @throws {HookToolError} `NOT_IN_HOOK` outside a hook, or after it; `UNSUPPORTED` where the agent does not listen
   *   on a unix socket; `PERMISSION_DENIED` for another user than the agent's; `VALUE_NOT_SENDABLE` for half of a
   *   surrogate pair; `MALFORMED_OUTPUT` where the tool prints what is not UTF-8; `FAILED` where the connection was
   *   lost, before the call or during it: the message says whether the tool may have done its work
   */
  async run(call: ToolCall): Promise<ToolResult> {
    const outcome = await this.#client.call(call);
    if (outcome.kind === 'failed') throw outcome.error;
    return outcome.result;
  }

  /** Ends the connection; later calls fail. Nobody has to call it before a process ends. */
  async close(): Promise<void> {
    await this.#client.close();
  }
}
