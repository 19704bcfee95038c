import { HookToolError } from './errors.ts';
import type { Environment } from './hook-context.ts';
import { SocketElseSpawn } from './socket-else-spawn.ts';
import { SocketTransport } from './socket-transport.ts';
import { SpawnTransport } from './spawn-transport.ts';
import { jujuLog } from './tools/log.ts';
import type { HookToolTransport, ToolCall, ToolResult } from './transport.ts';

/** By which an operator chooses how tools are called. */
const VARIABLE = 'BATON_HOOK_TOOLS';

/** How {@link AutoTransport} is made. */
export interface AutoTransportOptions {
  /** The environment of the hook, read at the first call; `process.env` where absent. */
  readonly env?: Environment;
  /**
   * Takes the one line that says why tools run as processes instead; awaited. Juju's log, by `juju-log` at the
   * level `INFO`, where absent. It must not throw.
   */
  readonly log?: (line: string) => unknown;
}

/**
 * Calls tools as is best: as {@link SocketTransport} does where the agent's socket can be used, else as
 * {@link SpawnTransport}, which it stays with from then on. A call whose answer was lost is repeated by a process
 * only if its tool changes nothing.
 *
 * The variable `BATON_HOOK_TOOLS` decides instead where it is set: `spawn`, or `socket` and nothing else.
 *
 * A process should have one, so that it has one connection to the agent: {@link defaultTransport}.
 */
export class AutoTransport implements HookToolTransport {
  readonly #options: AutoTransportOptions;
  #chosen: HookToolTransport | undefined;

  /** Reads and connects to nothing yet. */
  constructor(options: AutoTransportOptions = {}) {
    this.#options = options;
  }

  /**
   * Runs a tool to its end.
   *
   * @throws {HookToolError} as {@link SocketTransport} or {@link SpawnTransport}; `FAILED` where the answer of a tool
   *   that changes something was lost; `UNSUPPORTED` where `BATON_HOOK_TOOLS` is something else
   */
  async run(call: ToolCall): Promise<ToolResult> {
    this.#chosen ??= choose(this.#options);
    return await this.#chosen.run(call);
  }
}

function choose({ env, log }: AutoTransportOptions): HookToolTransport {
  const environment = env ?? process.env;
  const choice = environment[VARIABLE] || undefined;
  if (choice === 'socket') return new SocketTransport({ env: environment });
  const spawn = new SpawnTransport({ env: environment });
  if (choice === 'spawn') return spawn;
  if (choice === undefined) {
    return new SocketElseSpawn(environment, spawn, async (why) => {
      // Outside a hook nobody expects a socket, and there is no log.
      if (!environment['JUJU_CONTEXT_ID']) return;
      const line = `hook tools run as processes from now on, which takes longer: ${why.message}`;
      if (log === undefined) await logByTool(spawn, line);
      else await log(line);
    });
  }
  throw new HookToolError(
    'UNSUPPORTED',
    `hook tools cannot be called in the way that ${VARIABLE} says, ${JSON.stringify(choice)}: set it to "spawn" or ` +
      '"socket", or leave it unset, and the best way is taken.',
  );
}

async function logByTool(spawn: SpawnTransport, line: string): Promise<void> {
  try {
    await jujuLog(spawn, line);
  } catch (error) {
    if (!HookToolError.is(error)) throw error;
    // Juju logs what a hook says on standard error, too.
    process.stderr.write(`${line}\n(juju-log did not take that line: ${error.message})\n`);
  }
}
