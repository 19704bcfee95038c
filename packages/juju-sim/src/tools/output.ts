import { Document, isMap, isScalar, parse, Scalar, visit } from 'yaml';
import type { Printable } from '../model/hook.ts';
import { UsageError } from './result.ts';
import type { FlagKinds, ParsedArgs } from './flags.ts';

/** The flags of every tool that prints something. */
export const outputFlags: FlagKinds = { format: 'value', o: 'value', output: 'value' };

const formats = ['json', 'smart', 'yaml'] as const;
type Format = (typeof formats)[number];

/** The format that was asked for. @throws {UsageError} if there is none of that name */
export function formatOf(args: ParsedArgs, byDefault: Format = 'smart'): Format {
  const flag = args.flags.get('format');
  if (flag === undefined) return byDefault;
  // A tool that prints YAML by default knows no smart format.
  const known = formats.filter((name) => byDefault === 'smart' || name !== 'smart');
  const format = known.find((name) => name === flag.value);
  if (format === undefined)
    throw new UsageError(
      `invalid value "${flag.value}" for option ${flag.spelled}: unknown format "${flag.value}"`,
    );
  return format;
}

/** The text of a value in a format, with the line feed at its end, if there is any text. */
export function print(value: Printable, format: Format): string {
  if (format === 'json') return `${json(value)}\n`;
  const text = format === 'smart' ? smart(value) : yaml(value);
  return text === '' ? '' : `${text}\n`;
}

/** The texts of values that cannot change any more. */
const texts = new WeakMap<object, string>();

function json(value: Printable): string {
  if (typeof value !== 'object' || value === null || !Object.isFrozen(value)) return toJson(value);
  let text = texts.get(value);
  if (text === undefined) {
    text = toJson(value);
    texts.set(value, text);
  }
  return text;
}

/** What Go escapes in JSON and JavaScript does not. */
const ESCAPED_BY_GO = /[<>&\u2028\u2029]/;

function toJson(value: Printable): string {
  const text = JSON.stringify(sorted(value ?? null));
  // Asked first: to replace by a function is slow, also where there is nothing to replace.
  return ESCAPED_BY_GO.test(text) ? text.replaceAll(new RegExp(ESCAPED_BY_GO, 'g'), escaped) : text;
}

function escaped(character: string): string {
  return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
}

function smart(value: Printable): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (isList(value) && value.every((item) => typeof item === 'string')) return value.join('\n');
  return yaml(value);
}

function yaml(value: Printable): string {
  if (value === null || value === undefined) return '';
  const document = new Document(sorted(value), { version: '1.1' });
  visit(document, {
    Scalar(_key, node) {
      if (typeof node.value !== 'string') return;
      if (node.value.includes('\n')) node.type = Scalar.BLOCK_LITERAL;
      else if (readsAsOther(node.value)) node.type = Scalar.QUOTE_DOUBLE;
    },
    Collection(_key, node) {
      if (node.items.length === 0) node.flow = true;
    },
  });
  if (isScalar(document.contents) && document.contents.value === '') return '""';
  const indentSeq = false;
  const text = document.toString({ lineWidth: 0, indentSeq, directives: false, singleQuote: true });
  const isFlow = isMap(document.contents) && document.contents.flow;
  return (isFlow ? text.replace('{ }', '{}') : text).trimEnd();
}

/** Whether a text would be read as a number, a boolean or nothing if it stood there without quotes. */
function readsAsOther(text: string): boolean {
  if (text.length > 40 || !/^([\w.+~-]*|<<|=)$/.test(text)) return false;
  return typeof parse(text, { version: '1.1' }) !== 'string';
}

function isList(value: Printable): value is readonly Printable[] {
  return Array.isArray(value);
}

/** Go prints maps with their keys in order. */
function sorted(value: Printable): Printable {
  if (isList(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, sorted(item)] as const);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
