import * as z from 'zod/mini';
import { named, notSendable, positionals } from '../arguments.ts';
import { readTool, runTool } from '../run-tool.ts';
import { entriesOf, mapOf, type SettingsToSet } from '../settings.ts';
import { shorten } from '../shorten.ts';
import type { HookToolTransport } from '../transport.ts';

/**
 * Reads the parameters of the running action: all of them, or the one at `key`, which may lead into a map
 * (`outfile.size`); undefined where there is none. In every version of Juju.
 *
 * @throws {HookToolError} `NOT_IN_HOOK` outside an action; `VALUE_NOT_SENDABLE` for an empty key; `FAILED`,
 *   `MISSING`, `MALFORMED_OUTPUT`
 */
export async function actionGet(transport: HookToolTransport, key: string): Promise<unknown>;
/**
 * Reads all parameters of the running action, by name. In every version of Juju.
 *
 * @throws {HookToolError} `NOT_IN_HOOK` outside an action; `FAILED`, `MISSING`, `MALFORMED_OUTPUT`
 */
export async function actionGet(
  transport: HookToolTransport,
): Promise<ReadonlyMap<string, unknown>>;
export async function actionGet(transport: HookToolTransport, key?: string): Promise<unknown> {
  const tool = 'action-get';
  if (key === undefined) return await readTool(transport, tool, [], mapOf(z.unknown()));
  const args = positionals(named(tool, 'key', key));
  return (await readTool(transport, tool, args, z.unknown())) ?? undefined;
}

/**
 * Sets results of the running action; dots in a key lead into a map (`outfile.size`). The parts of a key are
 * small letters, digits and `-`; Juju keeps `stdout`, `stderr` and their `-encoding` to itself. Values go to the
 * letter. It costs no question to the controller. In every version of Juju.
 *
 * @throws {HookToolError} `NOT_IN_HOOK` outside an action; `VALUE_NOT_SENDABLE` for a key that is empty or has
 *   `=`, half of a surrogate pair, or what is too large; `FAILED` for another key that Juju does not take;
 *   `MISSING`
 */
export async function actionSet(transport: HookToolTransport, data: SettingsToSet): Promise<void> {
  const tool = 'action-set';
  const args = entriesOf(data).map(([key, value]) => {
    if (named(tool, 'key', key).includes('=')) {
      throw notSendable(
        tool,
        [],
        `the key ${shorten(key)} has a "=", where the tool would end it.`,
      );
    }
    return `${key}=${value}`;
  });
  await runTool(transport, { tool, args: positionals(...args) });
}

/**
 * Says that the running action failed, and why. The action goes on, and what it set is kept if its process
 * exits with 0. In every version of Juju.
 *
 * @throws {HookToolError} `NOT_IN_HOOK` outside an action; `VALUE_NOT_SENDABLE`, `FAILED`, `MISSING`
 */
export async function actionFail(transport: HookToolTransport, message?: string): Promise<void> {
  await runTool(transport, { tool: 'action-fail', args: positionals(message) });
}

/**
 * Tells how the running action is getting on, at once. Since Juju 2.7.
 *
 * @throws {HookToolError} `NOT_IN_HOOK` outside an action; `VALUE_NOT_SENDABLE`, `FAILED`, `MISSING`
 */
export async function actionLog(transport: HookToolTransport, message: string): Promise<void> {
  await runTool(transport, { tool: 'action-log', args: positionals(message) });
}
