import * as z from 'zod/mini';

/** Keys and values, as in a databag; as a map, since a key may be called `__proto__`. */
export type Settings = ReadonlyMap<string, string>;

/** Keys and values to set: a map, or an object's own properties. */
export type SettingsToSet = Settings | Readonly<Record<string, string>>;

/** The keys and values in the order they were given. */
export function entriesOf(settings: SettingsToSet): readonly (readonly [string, string])[] {
  return isMap(settings) ? [...settings] : Object.entries(settings);
}

function isMap(settings: SettingsToSet): settings is Settings {
  return settings instanceof Map;
}

/** A JSON object with any keys, as a map; `null`, which is how Go prints a map that was never made, is an empty one. */
export function mapOf<Value>(
  value: z.ZodMiniType<Value>,
): z.ZodMiniType<ReadonlyMap<string, Value>> {
  return z.pipe(z.transform(toMap), z.map(z.string(), value));
}

function toMap(json: unknown): unknown {
  if (json === null) return new Map();
  return typeof json === 'object' && !Array.isArray(json) ? new Map(Object.entries(json)) : json;
}

/** What a tool prints of a whole bag. It is read several times a hook, so the entries are not copied once more. */
export const settingsSchema: z.ZodMiniType<Settings> = z.pipe(
  z.transform(toMap),
  z.custom<Settings>(isSettings, 'expected an object of texts'),
);

function isSettings(value: unknown): boolean {
  if (!(value instanceof Map)) return false;
  for (const text of value.values()) if (typeof text !== 'string') return false;
  return true;
}

/** What a tool prints of one key: its value, or `null` where there is no such key. */
export const valueSchema: z.ZodMiniType<string | undefined> = z.pipe(
  z.nullable(z.string()),
  z.transform((value) => value ?? undefined),
);

/** Text that Go leaves out where it is empty. */
export const textOrEmptySchema: z.ZodMiniType<string> = z.pipe(
  z.optional(z.string()),
  z.transform((value) => value ?? ''),
);
