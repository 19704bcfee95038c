import * as z from 'zod/mini';
import { readTool } from '../run-tool.ts';
import { mapOf } from '../settings.ts';
import type { HookToolTransport } from '../transport.ts';

/** How a unit, or the application at the other end of a relation, is. */
export interface GoalStatus {
  /** Its status, as in `active`; `dying` for a unit that is being removed. */
  readonly status: string;
  /** Since when, as Juju writes it: `2018-09-28 00:59:42Z`. */
  readonly since?: string | undefined;
}

/** The units and relations that there are to be. */
export interface GoalState {
  /** The units of this application, this one included; none that is dead. */
  readonly units: ReadonlyMap<string, GoalStatus>;
  /** By endpoint, the remote applications and their units. Peers are in `units` instead. */
  readonly relations: ReadonlyMap<string, ReadonlyMap<string, GoalStatus>>;
}

const statusesSchema = mapOf(z.object({ status: z.string(), since: z.optional(z.string()) }));
const goalStateSchema = z.object({ units: statusesSchema, relations: mapOf(statusesSchema) });

/**
 * Asks the controller which units and relations there are now. Each call costs one question to the controller.
 * In every version of Juju since 2.4.
 *
 * @throws {HookToolError} `FAILED`, `MISSING`, `NOT_IN_HOOK`, `PERMISSION_DENIED`, `MALFORMED_OUTPUT`
 */
export async function goalState(transport: HookToolTransport): Promise<GoalState> {
  return await readTool(transport, 'goal-state', [], goalStateSchema);
}
