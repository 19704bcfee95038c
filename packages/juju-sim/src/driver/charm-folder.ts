import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod/mini';

import type { ConfigValue } from '../model/controller.ts';
import type { ActionRecord } from '../model/hook.ts';
import { SimError } from './sim-error.ts';

const endpoints = z.optional(z.nullable(z.record(z.string(), z.unknown())));
const options = z.optional(
  z.nullable(
    z.record(
      z.string(),
      z.looseObject({
        type: z.optional(z.string()),
        default: z.optional(z.nullable(z.union([z.string(), z.number(), z.boolean()]))),
      }),
    ),
  ),
);
const actions = z.optional(z.nullable(z.record(z.string(), z.unknown())));
const metadata = z.looseObject({
  name: z.string(),
  peers: endpoints,
  requires: endpoints,
  provides: endpoints,
  config: z.optional(z.nullable(z.looseObject({ options }))),
  actions,
});

/** The type of an option of a charm, as its configuration declares it. */
export type OptionType = 'string' | 'int' | 'float' | 'boolean' | 'secret';

/** What a charm's folder says of the charm. */
export interface CharmFolder {
  /** The absolute path. */
  readonly folder: string;
  readonly name: string;
  readonly peerEndpoint: string | undefined;
  readonly endpoints: readonly string[];
  readonly optionTypes: ReadonlyMap<string, OptionType>;
  /** The values of options that have a default. */
  readonly config: ReadonlyMap<string, ConfigValue>;
  /** The charm's actions; parameters with their defaults. */
  readonly actions: ReadonlyMap<string, ActionRecord['parameters']>;
}

/**
 * Reads a charm's folder: `charmcraft.yaml` or `metadata.yaml`, and `config.yaml` and `actions.yaml`
 * where they are.
 * @throws {SimError} that says what is missing in the folder, and what to do
 */
export async function readCharm(path: string): Promise<CharmFolder> {
  const folder = resolve(path);
  const raw = {
    ...(await readYaml(folder, 'charmcraft.yaml')),
    ...(await readYaml(folder, 'metadata.yaml')),
  };
  if (Object.keys(raw).length === 0)
    throw new SimError(
      `${folder} is no charm: there is neither charmcraft.yaml nor metadata.yaml in it. Name the folder of a charm.`,
    );
  const parsed = metadata.safeParse(raw);
  if (!parsed.success)
    throw new SimError(
      `the charm's metadata in ${folder} is wrong: ${z.prettifyError(parsed.error)}`,
    );
  await checkHooks(folder);
  const { name, peers, requires, provides } = parsed.data;
  const [peerEndpoint, ...more] = Object.keys(peers ?? {}).toSorted();
  if (more.length > 0)
    throw new SimError(
      `${folder} has ${more.length + 1} peer relations (${[peerEndpoint, ...more].join(', ')}); a charm with one or none can be run. Take the others out of its metadata.`,
    );
  const declared = options.safeParse(
    parsed.data.config?.options ?? (await readYaml(folder, 'config.yaml'))['options'],
  );
  if (!declared.success)
    throw new SimError(
      `the options of the charm in ${folder} are wrong: ${z.prettifyError(declared.error)}`,
    );
  const optionsByKey = Object.entries(declared.data ?? {});
  return {
    folder,
    name,
    peerEndpoint,
    endpoints: [...Object.keys(requires ?? {}), ...Object.keys(provides ?? {})],
    optionTypes: new Map(optionsByKey.map(([key, { type }]) => [key, optionType(type)])),
    config: new Map(
      optionsByKey.flatMap(([key, option]) =>
        option.default === undefined || option.default === null ? [] : [[key, option.default]],
      ),
    ),
    actions: actionsOf(parsed.data.actions ?? (await readYaml(folder, 'actions.yaml'))),
  };
}

function optionType(type: string | undefined): OptionType {
  return type === 'int' || type === 'float' || type === 'boolean' || type === 'secret'
    ? type
    : 'string';
}

const action = z.looseObject({
  params: z.optional(z.record(z.string(), z.looseObject({ default: z.optional(z.json()) }))),
});

function actionsOf(
  declared: Readonly<Record<string, unknown>>,
): ReadonlyMap<string, ActionRecord['parameters']> {
  return new Map(
    Object.entries(declared).map(([name, value]) => {
      const { params = {} } = action.safeParse(value ?? {}).data ?? {};
      const defaults = Object.entries(params).flatMap(([key, parameter]) =>
        parameter.default === undefined ? [] : [[key, parameter.default] as const],
      );
      return [name, Object.fromEntries(defaults)];
    }),
  );
}

async function readYaml(folder: string, file: string): Promise<Record<string, unknown>> {
  let text: string;
  try {
    text = await readFile(join(folder, file), 'utf8');
  } catch (error) {
    if (isMissing(error)) return {};
    throw error;
  }
  try {
    return z.record(z.string(), z.unknown()).parse(parse(text) ?? {});
  } catch (error) {
    throw new SimError(`${join(folder, file)} cannot be read: ${String(error)}`);
  }
}

async function checkHooks(folder: string): Promise<void> {
  for (const name of ['dispatch', 'hooks']) {
    const found = await stat(join(folder, name)).catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
    if (found !== undefined) return;
  }
  throw new SimError(
    `${folder} has neither an executable dispatch nor a folder hooks, so there is nothing to run. Build the charm first, and name the folder that was built.`,
  );
}

/** Whether a file or folder was not there. */
export function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
