import { HookToolError } from './errors.ts';
import type { Environment } from './hook-context.ts';
import { isReadingTool } from './reading-tools.ts';
import { AgentClient } from './socket/agent-client.ts';
import type { SpawnTransport } from './spawn-transport.ts';
import type { HookToolTransport, ToolCall, ToolResult } from './transport.ts';

/** What an agent may say instead of running a tool though it understood the call: a spawned tool says the same. */
const EXPECTED_REFUSAL = /unknown command: |wrong context ID/;

/** Begins what the agent says of a call that it did not run. */
const NOT_RUN = /^(?:bad request|rpc): /;

/**
 * Calls tools on the agent's socket, and from the first time that it cannot be used, as processes. What may have
 * changed something is never run twice.
 */
export class SocketElseSpawn implements HookToolTransport {
  readonly #socket: AgentClient;
  readonly #spawn: SpawnTransport;
  readonly #tell: (why: HookToolError) => Promise<void>;
  #understood = false;
  #fallback: Promise<void> | undefined;

  /** `tell` is told once why tools run as processes from now on; it must not reject. */
  constructor(
    env: Environment,
    spawn: SpawnTransport,
    tell: (why: HookToolError) => Promise<void>,
  ) {
    this.#socket = new AgentClient(env);
    this.#spawn = spawn;
    this.#tell = tell;
  }

  async run(call: ToolCall): Promise<ToolResult> {
    if (this.#fallback !== undefined) return await this.#spawn.run(call);
    const outcome = await this.#socket.call(call);
    if (outcome.kind === 'answered') {
      this.#understood = true;
      return outcome.result;
    }
    if (outcome.kind === 'refused') {
      // Once the agent has understood a call, what it refuses is refused for what it is.
      this.#understood ||= EXPECTED_REFUSAL.test(outcome.reason);
      if (this.#understood) return outcome.result;
    }
    const { error, mayHaveRun } =
      outcome.kind === 'failed' ? outcome : notUnderstood(call, outcome.reason);
    this.#fallback ??= this.#tell(error);
    await this.#fallback;
    if (mayHaveRun && !isReadingTool(call.tool)) throw error;
    return await this.#spawn.run(call);
  }
}

function notUnderstood(
  { tool, args }: ToolCall,
  reason: string,
): { readonly error: HookToolError; readonly mayHaveRun: boolean } {
  const mayHaveRun = !NOT_RUN.test(reason);
  const outcome = mayHaveRun ? 'it may or may not have done its work' : 'it was not run';
  const error = new HookToolError(
    'FAILED',
    `${tool} was sent to the agent, which answered with an error that is none of a hook tool (${reason}), so ${outcome}.`,
    { tool, args },
  );
  return { error, mayHaveRun };
}
