import { positionals } from '../arguments.ts';
import { runTool } from '../run-tool.ts';
import type { HookToolTransport } from '../transport.ts';

/** How much a line of the log matters. */
export type LogLevel = 'TRACE' | 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR' | 'CRITICAL';

/**
 * Writes a message to Juju's log, at once; it stays though the hook fails. It costs no question to the
 * controller. In every version of Juju. A spawned tool takes a message of at most 131,071 bytes.
 *
 * @throws {HookToolError} `VALUE_NOT_SENDABLE` for half of a surrogate pair, or what is too long; `FAILED`,
 *   `MISSING`, `NOT_IN_HOOK`
 */
export async function jujuLog(
  transport: HookToolTransport,
  message: string,
  level: LogLevel = 'INFO',
): Promise<void> {
  await runTool(transport, { tool: 'juju-log', args: ['-l', level, ...positionals(message)] });
}
