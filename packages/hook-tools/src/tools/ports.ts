import * as z from 'zod/mini';
import { named, positionals } from '../arguments.ts';
import { readTool, runTool } from '../run-tool.ts';
import type { HookToolTransport } from '../transport.ts';

/**
 * Opens a port or a range of ports to the network, as in `80/tcp`, `8000-8010/udp` or `icmp`, while the
 * application is exposed. It is done when the hook has succeeded, and dropped when it fails. Opening an open one
 * is no error. In every version of Juju.
 *
 * @throws {HookToolError} `FAILED` for what is no port, or where another unit of the machine has it open;
 *   `VALUE_NOT_SENDABLE` for an empty one; `MISSING`, `NOT_IN_HOOK`, `PERMISSION_DENIED`
 */
export async function openPort(transport: HookToolTransport, port: string): Promise<void> {
  await runTool(transport, {
    tool: 'open-port',
    args: positionals(named('open-port', 'port', port)),
  });
}

/**
 * Closes a port or a range of ports that `openPort` opened. It is done when the hook has succeeded, and dropped
 * when it fails. Closing a closed one is no error. In every version of Juju.
 *
 * @throws {HookToolError} `FAILED` for what is no port; `VALUE_NOT_SENDABLE` for an empty one; `MISSING`,
 *   `NOT_IN_HOOK`, `PERMISSION_DENIED`
 */
export async function closePort(transport: HookToolTransport, port: string): Promise<void> {
  await runTool(transport, {
    tool: 'close-port',
    args: positionals(named('close-port', 'port', port)),
  });
}

/**
 * Lists the ports that this unit has open, as in `80/tcp`, `8000-8010/udp` or `icmp`. In every version of Juju.
 *
 * @throws {HookToolError} `FAILED`, `MISSING`, `NOT_IN_HOOK`, `PERMISSION_DENIED`, `MALFORMED_OUTPUT`
 */
export async function openedPorts(transport: HookToolTransport): Promise<readonly string[]> {
  return await readTool(transport, 'opened-ports', [], z.array(z.string()));
}
