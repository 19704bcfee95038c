import * as z from 'zod/mini';
import { named, positionals } from '../arguments.ts';
import { readTool, runTool } from '../run-tool.ts';
import { mapOf, textOrEmptySchema } from '../settings.ts';
import type { HookToolTransport } from '../transport.ts';

/** The statuses that a charm may set. */
export type SettableStatus = 'maintenance' | 'blocked' | 'waiting' | 'active';

/** A status, as Juju shows it. */
export interface Status {
  /** What it is, as in `active`; also those that only Juju sets, as `unknown`. */
  readonly status: string;
  /** What the charm said with it; may be empty. */
  readonly message: string;
  /** What Juju keeps with it; mostly empty. */
  readonly data: ReadonlyMap<string, unknown>;
}

/** The status of an application and of its units. */
export interface ApplicationStatus extends Status {
  /** The status of each unit, by its name. */
  readonly units: ReadonlyMap<string, Status>;
}

const fields = {
  status: z.string(),
  message: textOrEmptySchema,
  'status-data': z.optional(mapOf(z.unknown())),
};

function toStatus(raw: {
  readonly status: string;
  readonly message: string;
  readonly 'status-data'?: ReadonlyMap<string, unknown> | undefined;
}): Status {
  return { status: raw.status, message: raw.message, data: raw['status-data'] ?? new Map() };
}

const statusSchema: z.ZodMiniType<Status> = z.pipe(z.object(fields), z.transform(toStatus));

const applicationSchema: z.ZodMiniType<ApplicationStatus> = z.pipe(
  z.object({ 'application-status': z.object({ ...fields, units: mapOf(statusSchema) }) }),
  z.transform(({ 'application-status': raw }) => ({ ...toStatus(raw), units: raw.units })),
);

/**
 * Sets the status of this unit, or with `application` of the whole application, which only the leader may; at
 * once: it stays though the hook fails. It costs one question to the controller. In every version of Juju.
 *
 * @throws {HookToolError} `NOT_LEADER` with `application`; `VALUE_NOT_SENDABLE`, `FAILED`, `MISSING`,
 *   `NOT_IN_HOOK`, `PERMISSION_DENIED`
 */
export async function statusSet(
  transport: HookToolTransport,
  status: SettableStatus,
  message: string = '',
  { application = false }: { readonly application?: boolean } = {},
): Promise<void> {
  const flags = application ? ['--application'] : [];
  const args = [...flags, ...positionals(status, message)];
  await runTool(transport, { tool: 'status-set', args });
}

/**
 * Reads the status of this unit, or with `application` of the application and its units, which only the leader
 * may. It costs one question to the controller. In every version of Juju.
 *
 * @throws {HookToolError} `NOT_LEADER` or `FAILED` with `application` where this unit does not lead; `MISSING`,
 *   `NOT_IN_HOOK`, `PERMISSION_DENIED`, `MALFORMED_OUTPUT`
 */
export async function statusGet(
  transport: HookToolTransport,
  options: { readonly application: true },
): Promise<ApplicationStatus>;
/**
 * Reads the status of this unit. In every version of Juju.
 *
 * @throws {HookToolError} `FAILED`, `MISSING`, `NOT_IN_HOOK`, `PERMISSION_DENIED`, `MALFORMED_OUTPUT`
 */
export async function statusGet(
  transport: HookToolTransport,
  options?: { readonly application?: false },
): Promise<Status>;
export async function statusGet(
  transport: HookToolTransport,
  { application = false }: { readonly application?: boolean } = {},
): Promise<Status | ApplicationStatus> {
  const tool = 'status-get';
  return application
    ? await readTool(transport, tool, ['--include-data', '--application'], applicationSchema)
    : await readTool(transport, tool, ['--include-data'], statusSchema);
}

/**
 * Says which version of the software this unit runs, for `juju status`; at once. It costs one question to the
 * controller. In every version of Juju.
 *
 * @throws {HookToolError} `VALUE_NOT_SENDABLE` for an empty version; `FAILED`, `MISSING`, `NOT_IN_HOOK`,
 *   `PERMISSION_DENIED`
 */
export async function applicationVersionSet(
  transport: HookToolTransport,
  version: string,
): Promise<void> {
  const tool = 'application-version-set';
  await runTool(transport, { tool, args: positionals(named(tool, 'version', version)) });
}
