import * as z from 'zod/mini';
import { named, positionals, soleKey } from '../arguments.ts';
import { readTool, readToolIfAny, runTool } from '../run-tool.ts';
import { entriesOf, settingsSchema, type Settings, type SettingsToSet } from '../settings.ts';
import type { HookToolTransport, ToolResult } from '../transport.ts';
import { yamlJson } from '../yaml-json.ts';

const textSchema = z.string();

/** What `state-get --strict` says of a key that is not there. */
const NOT_FOUND = /^ERROR ".*" not found$/m;

/**
 * Reads what this unit keeps with the controller: all of it, or the value of `key`, undefined where there is
 * none; an empty value is a value. It shows what this hook has set so far. The first call of a hook costs one
 * question to the controller. Since Juju 2.8.
 *
 * @throws {HookToolError} `VALUE_NOT_SENDABLE` for an empty key or `-`; `FAILED`, `MISSING`, `NOT_IN_HOOK`,
 *   `PERMISSION_DENIED`, `MALFORMED_OUTPUT`
 */
export async function stateGet(
  transport: HookToolTransport,
  key: string,
): Promise<string | undefined>;
/**
 * Reads all that this unit keeps with the controller, with what this hook has set so far. Since Juju 2.8.
 *
 * @throws {HookToolError} `FAILED`, `MISSING`, `NOT_IN_HOOK`, `PERMISSION_DENIED`, `MALFORMED_OUTPUT`
 */
export async function stateGet(transport: HookToolTransport): Promise<Settings>;
export async function stateGet(
  transport: HookToolTransport,
  key?: string,
): Promise<string | undefined | Settings> {
  const tool = 'state-get';
  // With nothing kept it prints null, which settingsSchema reads as no keys.
  if (key === undefined) return await readTool(transport, tool, [], settingsSchema);
  // Without --strict a missing key and an empty value look the same.
  const args = ['--strict', ...positionals(soleKey(tool, key))];
  return await readToolIfAny(transport, tool, args, textSchema, isNotFound);
}

function isNotFound({ exitCode, stderr }: ToolResult): boolean {
  return exitCode === 1 && NOT_FOUND.test(stderr);
}

/**
 * Keeps values for this unit with the controller. It is done when the hook has succeeded, and dropped when it
 * fails. An empty value is kept, unlike in a databag. A key may have 256 bytes and a value 65,536; Juju refuses
 * more at once. Values go by standard input. Since Juju 2.8.
 *
 * @throws {HookToolError} `FAILED` for what is too large; `VALUE_NOT_SENDABLE` for half of a surrogate pair, or
 *   an empty key; `MISSING`, `NOT_IN_HOOK`, `PERMISSION_DENIED`
 */
export async function stateSet(transport: HookToolTransport, data: SettingsToSet): Promise<void> {
  const tool = 'state-set';
  const stdin = yamlJson(tool, entriesOf(data));
  await runTool(transport, { tool, args: ['--file', '-'], stdin });
}

/**
 * Takes away a value that this unit keeps with the controller, when the hook has succeeded; a key that is not
 * there is no error. Since Juju 2.8.
 *
 * @throws {HookToolError} `VALUE_NOT_SENDABLE` for an empty key; `FAILED`, `MISSING`, `NOT_IN_HOOK`,
 *   `PERMISSION_DENIED`
 */
export async function stateDelete(transport: HookToolTransport, key: string): Promise<void> {
  const tool = 'state-delete';
  await runTool(transport, { tool, args: positionals(named(tool, 'key', key)) });
}
