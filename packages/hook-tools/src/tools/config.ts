import * as z from 'zod/mini';
import { named, positionals } from '../arguments.ts';
import { readTool } from '../run-tool.ts';
import { mapOf } from '../settings.ts';
import type { HookToolTransport } from '../transport.ts';

/** The value of a configuration option; a number beyond 2^53 is the nearest one JavaScript has. */
export type ConfigValue = string | number | boolean;

const configValueSchema: z.ZodMiniType<ConfigValue> = z.union([
  z.string(),
  z.number(),
  z.boolean(),
]);

/**
 * Reads the application's configuration: the options that have a value, or the value of the option `key`,
 * undefined where it has none, or there is no such option. With `all`, options without a value are there too,
 * as null. The answer is kept for the rest of the hook. In every version of Juju.
 *
 * @throws {HookToolError} `VALUE_NOT_SENDABLE` for an empty key; `FAILED`, `MISSING`, `NOT_IN_HOOK`,
 *   `PERMISSION_DENIED`, `MALFORMED_OUTPUT`
 */
export async function configGet(
  transport: HookToolTransport,
  key: string,
): Promise<ConfigValue | undefined>;
/**
 * Reads all options of the application's configuration, those without a value as null. In every version of Juju.
 *
 * @throws {HookToolError} `FAILED`, `MISSING`, `NOT_IN_HOOK`, `PERMISSION_DENIED`, `MALFORMED_OUTPUT`
 */
export async function configGet(
  transport: HookToolTransport,
  options: { readonly all: true },
): Promise<ReadonlyMap<string, ConfigValue | null>>;
/**
 * Reads the options of the application's configuration that have a value. In every version of Juju.
 *
 * @throws {HookToolError} `FAILED`, `MISSING`, `NOT_IN_HOOK`, `PERMISSION_DENIED`, `MALFORMED_OUTPUT`
 */
export async function configGet(
  transport: HookToolTransport,
): Promise<ReadonlyMap<string, ConfigValue>>;
export async function configGet(
  transport: HookToolTransport,
  what?: string | { readonly all: true },
): Promise<ConfigValue | undefined | ReadonlyMap<string, ConfigValue | null>> {
  const tool = 'config-get';
  if (what === undefined) return await readTool(transport, tool, [], mapOf(configValueSchema));
  if (typeof what === 'object') {
    return await readTool(transport, tool, ['--all'], mapOf(z.nullable(configValueSchema)));
  }
  const args = positionals(named(tool, 'key', what));
  return (await readTool(transport, tool, args, z.nullable(configValueSchema))) ?? undefined;
}
