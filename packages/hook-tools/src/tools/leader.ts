import * as z from 'zod/mini';
import { keyValues, positionals, soleKey } from '../arguments.ts';
import { readTool, runTool } from '../run-tool.ts';
import {
  entriesOf,
  settingsSchema,
  valueSchema,
  type Settings,
  type SettingsToSet,
} from '../settings.ts';
import type { HookToolTransport } from '../transport.ts';

const answerSchema = z.boolean();

/**
 * Reads the leader settings: all of them, or the value of `key`, undefined where there is none. Any unit may.
 * The first call of a hook costs one question to the controller; the answer is kept for the rest of the hook,
 * or until the hook's own `leaderSet`. Until Juju 3.6: Juju 4 has no leader settings.
 *
 * @throws {HookToolError} `MISSING` on Juju 4; `VALUE_NOT_SENDABLE` for an empty key or `-`; `FAILED`, also for a
 *   key with `=`; `NOT_IN_HOOK`, `PERMISSION_DENIED`, `MALFORMED_OUTPUT`
 */
export async function leaderGet(
  transport: HookToolTransport,
  key: string,
): Promise<string | undefined>;
/**
 * Reads all leader settings. Until Juju 3.6: Juju 4 has no leader settings.
 *
 * @throws {HookToolError} `MISSING` on Juju 4; `FAILED`, `NOT_IN_HOOK`, `PERMISSION_DENIED`, `MALFORMED_OUTPUT`
 */
export async function leaderGet(transport: HookToolTransport): Promise<Settings>;
export async function leaderGet(
  transport: HookToolTransport,
  key?: string,
): Promise<string | undefined | Settings> {
  const tool = 'leader-get';
  return key === undefined
    ? await readTool(transport, tool, [], settingsSchema)
    : await readTool(transport, tool, positionals(soleKey(tool, key)), valueSchema);
}

/**
 * Sets leader settings, at once: they stay though the hook fails. Only the leader may; an empty value takes its
 * key away, and keys that are not named stay as they are. Without data it writes nothing and still asks the
 * controller whether this unit leads, and the next `leaderGet` reads anew. It costs one question to the
 * controller. Until Juju 3.6: Juju 4 has no leader settings.
 *
 * The values are arguments, for this tool reads no file: what begins or ends with white space is refused, since
 * Juju would take that away, and so is, when the tool is spawned, more than 131,071 bytes of key and value.
 *
 * @throws {HookToolError} `NOT_LEADER`; `MISSING` on Juju 4; `VALUE_NOT_SENDABLE` for a key that is empty or has
 *   `=`, for white space at an end, half of a surrogate pair, or what is too large; `FAILED`, `NOT_IN_HOOK`,
 *   `PERMISSION_DENIED`
 */
export async function leaderSet(
  transport: HookToolTransport,
  data: SettingsToSet = {},
): Promise<void> {
  const tool = 'leader-set';
  await runTool(transport, { tool, args: keyValues(tool, entriesOf(data)) });
}

/**
 * Tells whether this unit leads. True holds for at least 30 seconds from then, since the lease was claimed or
 * renewed; once false, it is false for the rest of the hook. It mostly costs no question to the controller.
 * In every version of Juju.
 *
 * @throws {HookToolError} `FAILED` where leadership is not known; `MISSING`, `NOT_IN_HOOK`, `MALFORMED_OUTPUT`
 */
export function isLeader(transport: HookToolTransport): Promise<boolean> {
  return readTool(transport, 'is-leader', [], answerSchema);
}
