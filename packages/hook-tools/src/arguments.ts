import { HookToolError } from './errors.ts';
import { shorten } from './shorten.ts';

/** What Go's `strings.TrimSpace` takes away: not quite what `trim()` of JavaScript does. */
const GO_SPACE =
  '[\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]';
const TRIMMED_BY_JUJU = new RegExp(`^${GO_SPACE}|${GO_SPACE}$`);

/** A value or key that cannot get there as it is. */
export function notSendable(tool: string, args: readonly string[], why: string): HookToolError {
  return new HookToolError('VALUE_NOT_SENDABLE', `${tool} was not called: ${why}`, { tool, args });
}

/**
 * Refuses text with half of a surrogate pair, which UTF-8 cannot say.
 *
 * @throws {HookToolError} `VALUE_NOT_SENDABLE`
 */
export function refuseLoneSurrogate(tool: string, args: readonly string[], text: string): void {
  if (text.isWellFormed()) return;
  throw notSendable(
    tool,
    args,
    `${shorten(text)} has half of a surrogate pair, which is no character; mend the text with toWellFormed().`,
  );
}

/** The arguments that are no flags; the first that begins with `-` has `--` before it. */
export function positionals(...values: readonly (string | undefined)[]): string[] {
  const given = values.filter((value) => value !== undefined);
  return given.some((value) => value.startsWith('-') && value !== '-') ? ['--', ...given] : given;
}

/**
 * Gives a name back, and refuses an empty one: the tool would do as if there were none.
 *
 * @throws {HookToolError} `VALUE_NOT_SENDABLE`
 */
export function named(tool: string, what: string, name: string): string {
  if (name !== '') return name;
  throw notSendable(
    tool,
    [],
    `the ${what} is empty, which the tool takes for none; give one, or leave it out.`,
  );
}

/**
 * Gives the key that one value is asked by, and refuses what the tool takes for "all keys".
 *
 * @throws {HookToolError} `VALUE_NOT_SENDABLE`
 */
export function soleKey(tool: string, key: string): string {
  if (key !== '-') return named(tool, 'key', key);
  throw notSendable(tool, [], 'the key "-" stands for all keys; read them all and look it up.');
}

/**
 * The arguments of a tool that takes `key=value`: as it splits at the first `=` and takes white space away at
 * both ends of key and value, what would change on the way is refused.
 *
 * @throws {HookToolError} `VALUE_NOT_SENDABLE`
 */
export function keyValues(tool: string, entries: readonly (readonly [string, string])[]): string[] {
  return positionals(...entries.map(([key, value]) => keyValue(tool, key, value)));
}

function keyValue(tool: string, key: string, value: string): string {
  named(tool, 'key', key);
  if (key.includes('=')) {
    throw notSendable(tool, [], `the key ${shorten(key)} has a "=", where the tool would end it.`);
  }
  if (TRIMMED_BY_JUJU.test(key)) throw trimmed(tool, `the key ${shorten(key)}`);
  if (TRIMMED_BY_JUJU.test(value))
    throw trimmed(tool, `the value ${shorten(value)} of ${shorten(key)}`);
  return `${key}=${value}`;
}

function trimmed(tool: string, what: string): HookToolError {
  return notSendable(
    tool,
    [],
    `${what} begins or ends with white space, which the tool would take away; encode it, as JSON for example.`,
  );
}

/** The flag that says which relation; without one, the tool takes that of the hook. */
export function relationFlag(tool: string, relation: string | undefined): string[] {
  return relation === undefined ? [] : ['-r', named(tool, 'relation id', relation)];
}
