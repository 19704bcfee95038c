import * as z from 'zod/mini';
import { named, positionals, relationFlag, soleKey } from '../arguments.ts';
import { readTool, runTool } from '../run-tool.ts';
import {
  entriesOf,
  settingsSchema,
  valueSchema,
  type Settings,
  type SettingsToSet,
} from '../settings.ts';
import type { HookToolTransport } from '../transport.ts';
import { yamlJson } from '../yaml-json.ts';

const namesSchema = z.array(z.string());

/** Which relation a tool is asked about. */
export interface RelationOptions {
  /** Its id, as in `peer:0`; where absent, the relation of the running hook. */
  readonly relation?: string | undefined;
}

/** Whose databag {@link relationGet} reads: a unit's or an application's; by default the remote unit's of the hook. */
export type RelationGetOptions = RelationOptions &
  (
    | {
        /** The unit whose databag it is; the remote unit of a relation hook where absent. */
        readonly unit?: string | undefined;
        /** Not with a unit. */
        readonly application?: undefined;
      }
    | {
        /** The application whose databag it is. */
        readonly application: string;
        /** Not with an application. */
        readonly unit?: undefined;
      }
  );

/** What {@link relationSet} sets, and where. */
export interface RelationSetOptions extends RelationOptions {
  /** Whether it goes to the databag of the application, which only the leader may write; else to the unit's. */
  readonly application?: boolean;
  /** Keys and values; an empty value takes its key away, and keys that are not named stay as they are. */
  readonly data: SettingsToSet;
}

/**
 * Lists the ids of the relations of an endpoint, as in `peer:0`; empty where there is none, or no such endpoint.
 * During `install` it is empty even for a peer relation. In a relation hook the endpoint may be left out.
 * It costs the agent nothing but memory. In every version of Juju.
 *
 * @throws {HookToolError} `FAILED` without an endpoint outside a relation hook, `MISSING`, `NOT_IN_HOOK`,
 *   `VALUE_NOT_SENDABLE`, `MALFORMED_OUTPUT`
 */
export async function relationIds(
  transport: HookToolTransport,
  endpoint?: string,
): Promise<readonly string[]> {
  const name = endpoint === undefined ? undefined : named('relation-ids', 'endpoint', endpoint);
  return await readTool(transport, 'relation-ids', positionals(name), namesSchema);
}

/**
 * Lists the remote units of a relation, without the own one, sorted as text; with `application`, names the
 * remote application instead. They are the units whose joining this unit has been told, not who lives now: on
 * Juju 4 it may list peers that are gone, which `goalState` does not. It costs the agent nothing but memory.
 * In every version of Juju.
 *
 * @throws {HookToolError} `UNKNOWN_RELATION`, `FAILED` without a relation, `MISSING`, `NOT_IN_HOOK`,
 *   `MALFORMED_OUTPUT`
 */
export async function relationList(
  transport: HookToolTransport,
  options: RelationOptions & { readonly application: true },
): Promise<string>;
/**
 * Lists the remote units of a relation, without the own one, sorted as text. In every version of Juju; on Juju 4
 * it may list peers that are gone.
 *
 * @throws {HookToolError} `UNKNOWN_RELATION`, `FAILED` without a relation, `MISSING`, `NOT_IN_HOOK`,
 *   `MALFORMED_OUTPUT`
 */
export async function relationList(
  transport: HookToolTransport,
  options?: RelationOptions & { readonly application?: false },
): Promise<readonly string[]>;
export async function relationList(
  transport: HookToolTransport,
  { relation, application = false }: RelationOptions & { readonly application?: boolean } = {},
): Promise<string | readonly string[]> {
  const flags = relationFlag('relation-list', relation);
  return application
    ? await readTool(transport, 'relation-list', [...flags, '--app'], z.string())
    : await readTool(transport, 'relation-list', flags, namesSchema);
}

/**
 * Reads a databag of a relation: all of it, or the value of `key`, undefined where there is none.
 * One unit a call. The own bag shows what this hook has set so far; a remote unit's is remembered by the agent
 * until that unit's next `-joined` or `-changed` is delivered; what is not remembered costs one question to the
 * controller. A unit's bag has keys of Juju's own, as `ingress-address`. In every version of Juju.
 *
 * @throws {HookToolError} `UNKNOWN_RELATION`; `PERMISSION_DENIED` for the own application's bag where only the
 *   leader may read it; `FAILED` for a unit that never joined; `VALUE_NOT_SENDABLE` for an empty key or `-`;
 *   `MISSING`, `NOT_IN_HOOK`, `MALFORMED_OUTPUT`
 */
export async function relationGet(
  transport: HookToolTransport,
  options: RelationGetOptions & { readonly key: string },
): Promise<string | undefined>;
/**
 * Reads all of a databag of a relation. In every version of Juju.
 *
 * @throws {HookToolError} `UNKNOWN_RELATION`; `PERMISSION_DENIED` for the own application's bag where only the
 *   leader may read it; `FAILED` for a unit that never joined; `MISSING`, `NOT_IN_HOOK`, `MALFORMED_OUTPUT`
 */
export async function relationGet(
  transport: HookToolTransport,
  options?: RelationGetOptions & { readonly key?: undefined },
): Promise<Settings>;
export async function relationGet(
  transport: HookToolTransport,
  options: RelationGetOptions & { readonly key?: string | undefined } = {},
): Promise<string | undefined | Settings> {
  const tool = 'relation-get';
  const { relation, unit, application, key } = options;
  const target = application ?? unit;
  const what = application === undefined ? 'unit' : 'application';
  const whose = target === undefined ? undefined : named(tool, what, target);
  const flags = [...relationFlag(tool, relation), ...(application === undefined ? [] : ['--app'])];
  if (key === undefined) {
    return await readTool(transport, tool, [...flags, ...positionals('-', whose)], settingsSchema);
  }
  const args = [...flags, ...positionals(soleKey(tool, key), whose)];
  return await readTool(transport, tool, args, valueSchema);
}

/**
 * Sets keys in this unit's databag of a relation, or in its application's. It is kept until the hook has
 * succeeded, and dropped when it fails; an unchanged value makes no event. The first use for a relation in a
 * hook costs one question to the controller. Values go by standard input, so that any text of any length does.
 * In every version of Juju; the application's databag since 2.7.
 *
 * @throws {HookToolError} `NOT_LEADER` with `application`; `VALUE_NOT_SENDABLE` for half of a surrogate pair, an
 *   empty key, and a key above 1,022 characters; `UNKNOWN_RELATION`, `PERMISSION_DENIED`, `FAILED`, `MISSING`,
 *   `NOT_IN_HOOK`
 */
export async function relationSet(
  transport: HookToolTransport,
  { relation, application = false, data }: RelationSetOptions,
): Promise<void> {
  const tool = 'relation-set';
  const flags = [...relationFlag(tool, relation), ...(application ? ['--app'] : [])];
  const stdin = yamlJson(tool, entriesOf(data));
  await runTool(transport, { tool, args: [...flags, '--file', '-'], stdin });
}

/**
 * Reads the UUID of the model that the other side of a relation is in. Since Juju 3.6.1.
 *
 * @throws {HookToolError} `MISSING` before Juju 3.6.1; `UNKNOWN_RELATION`, `FAILED`, `NOT_IN_HOOK`,
 *   `MALFORMED_OUTPUT`
 */
export async function relationModelGet(
  transport: HookToolTransport,
  { relation }: RelationOptions = {},
): Promise<{
  /** The id of the model at the other end. */
  readonly uuid: string;
}> {
  const tool = 'relation-model-get';
  const schema = z.object({ uuid: z.string() });
  return await readTool(transport, tool, relationFlag(tool, relation), schema);
}
