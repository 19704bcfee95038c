import { notSendable } from '../arguments.ts';
import { HookToolError } from '../errors.ts';
import { GobError } from '../gob/gob-error.ts';
import type { JujucReply, JujucRequest } from '../gob/jujuc-call.ts';
import type { JujucAnswer } from '../gob/jujuc-client.ts';
import type { Environment } from '../hook-context.ts';
import { printedText } from '../printed-text.ts';
import type { ToolCall, ToolResult } from '../transport.ts';
import { agentAddress, notConnected, type Obstacle } from './agent-address.ts';
import { AgentConnection } from './agent-connection.ts';

/** What became of a call. */
export type AgentOutcome =
  | { readonly kind: 'answered'; readonly result: ToolResult }
  /** The agent did not take the call. `result` is what a spawned tool makes of it. */
  | { readonly kind: 'refused'; readonly reason: string; readonly result: ToolResult }
  /** There was no answer. */
  | { readonly kind: 'failed'; readonly mayHaveRun: boolean; readonly error: HookToolError };

/** A connection, and the hook it is for. */
interface Agent {
  readonly connection: AgentConnection;
  readonly contextId: string;
}

/** An agent that can be called now. */
interface Reached extends Agent {
  readonly directory: string;
}

/**
 * Calls hook tools on one connection to the agent, one after another. The first call opens it; once it has failed,
 * it stays so.
 */
export class AgentClient {
  readonly #env: Environment | undefined;
  #agent: Promise<Agent | Obstacle> | undefined;
  #closed = false;
  #last: Promise<unknown> = Promise.resolve();

  constructor(env: Environment | undefined) {
    this.#env = env;
  }

  /**
   * Calls a tool, after the calls before it.
   *
   * @throws {HookToolError} `VALUE_NOT_SENDABLE`, `MALFORMED_OUTPUT`
   */
  call(call: ToolCall): Promise<AgentOutcome> {
    const turn = this.#last.then(() => this.#call(call));
    // Whether the one before failed is no affair of the next one.
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Ends the connection, if there is one: there can be no more calls. */
  async close(): Promise<void> {
    this.#closed = true;
    const agent = await this.#agent;
    if (agent !== undefined && 'connection' in agent) agent.connection.close();
  }

  async #call(call: ToolCall): Promise<AgentOutcome> {
    const agent = await this.#reach();
    if ('why' in agent) return notCalled(call, agent);
    const { connection } = agent;
    try {
      return toOutcome(call, await connection.call(toRequest(call, agent)));
    } catch (error) {
      if (GobError.is(error, 'NOT_ENCODABLE')) {
        throw notSendable(call.tool, call.args, `${error.message} Mend it with toWellFormed().`);
      }
      if (connection.ended === undefined || error !== connection.ended) throw error;
      return { kind: 'failed', mayHaveRun: true, error: unanswered(call, connection.ended) };
    }
  }

  async #reach(): Promise<Reached | Obstacle> {
    if (this.#closed) return { code: 'FAILED', why: 'the transport was closed; make another one' };
    const agent = await (this.#agent ??= connect(this.#env ?? process.env));
    if ('why' in agent) return agent;
    const cause = agent.connection.ended;
    if (cause === undefined) return { ...agent, directory: workingDirectory() };
    return {
      code: 'FAILED',
      why: `the connection to the agent was lost (${cause.message})`,
      cause,
    };
  }
}

/** What file arguments are relative to; a folder that is gone has no files. */
function workingDirectory(): string {
  try {
    return process.cwd();
  } catch {
    return '/';
  }
}

async function connect(env: Environment): Promise<Agent | Obstacle> {
  const address = agentAddress(env);
  if ('why' in address) return address;
  try {
    const connection = await AgentConnection.open(address.path);
    return { connection, contextId: address.contextId };
  } catch (error) {
    return notConnected(address.path, error);
  }
}

function toRequest(
  { tool, args, stdin = '' }: ToolCall,
  { contextId, directory }: Reached,
): JujucRequest {
  // Standard input is always said to be there, or a tool that reads it would have the call repeated.
  return {
    contextId,
    dir: directory,
    commandName: tool,
    args,
    stdin: Buffer.from(stdin),
  };
}

/** @throws {HookToolError} `MALFORMED_OUTPUT` */
function toOutcome(call: ToolCall, { error, reply }: JujucAnswer): AgentOutcome {
  if (reply !== undefined) return { kind: 'answered', result: toResult(call, reply) };
  // So the tools of Juju do where they cannot make the agent run anything.
  const result: ToolResult = { exitCode: 1, stdout: '', stderr: `ERROR ${error}\n` };
  return { kind: 'refused', reason: error, result };
}

function toResult(call: ToolCall, { code, stdout, stderr }: JujucReply): ToolResult {
  const said = Buffer.from(stderr).toString('utf8');
  return { exitCode: code, stdout: printedText(call, code, stdout, said), stderr: said };
}

function notCalled({ tool, args }: ToolCall, { code, why, cause }: Obstacle): AgentOutcome {
  const error = new HookToolError(code, `${tool} was not called: ${why}.`, { tool, args, cause });
  return { kind: 'failed', mayHaveRun: false, error };
}

function unanswered({ tool, args }: ToolCall, cause: Error): HookToolError {
  return new HookToolError(
    'FAILED',
    `${tool} was sent to the agent, and the connection was lost before it answered (${cause.message}), so it may ` +
      'or may not have done its work.',
    { tool, args, cause },
  );
}
