import { named, notSendable, refuseLoneSurrogate } from './arguments.ts';
import { shorten } from './shorten.ts';

/** What JSON.stringify leaves as it is, and Juju's YAML reader refuses, folds or eats. */
const UNSAFE = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/** The most characters that a key may have with its quotes and escapes; a longer one is no key to YAML. */
const QUOTED_KEY_MAX = 1024;

/**
 * Writes keys and values as JSON that Juju's YAML reader takes for the same ones. The characters beyond U+FFFF
 * stay as they are, since that reader does not know them as two escapes.
 *
 * @throws {HookToolError} `VALUE_NOT_SENDABLE` for half of a surrogate pair, an empty key, and one that is too long
 */
export function yamlJson(tool: string, entries: readonly (readonly [string, string])[]): string {
  const written = entries.map(([key, value]) => `${writeKey(tool, key)}:${write(tool, value)}`);
  return `{${written.join(',')}}`;
}

function writeKey(tool: string, key: string): string {
  const quoted = write(tool, named(tool, 'key', key));
  if (quoted.length <= QUOTED_KEY_MAX || Array.from(quoted).length <= QUOTED_KEY_MAX) return quoted;
  throw notSendable(
    tool,
    [],
    `the key ${shorten(key)} is too long: with its quotes and escapes it may have ${QUOTED_KEY_MAX} characters.`,
  );
}

function write(tool: string, text: string): string {
  refuseLoneSurrogate(tool, [], text);
  return JSON.stringify(text).replace(UNSAFE, escape);
}

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
