import { isMap, isScalar, LineCounter, parseDocument, Scalar, type Node } from 'yaml';
import type { Bag } from '../model/bag.ts';
import { Refusal } from '../model/refusal.ts';

// What the YAML reader of Juju refuses or changes in plain JSON; everything else of JSON it takes as it is.
const troublesome =
  /\\\/|\\u[dD][89abAB]|\\u[dD][cdefCDEF]|[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])/;
const maxKeyLength = 1024;

/**
 * Reads what is given with `--file`: a map of texts in YAML, as Juju's YAML reader takes it. Numbers
 * and booleans keep their source text, and nothing (`null`, `~`) is the empty value, which deletes.
 * @throws {Refusal} for what that reader refuses, among it JSON's `\/` and surrogate escapes
 */
export function readSettingsFile(text: string): Bag {
  return readPlainJson(text) ?? readYaml(text);
}

/** Most callers send a flat JSON object of texts, which both readers understand alike. */
function readPlainJson(text: string): Bag | undefined {
  if (!text.startsWith('{') || troublesome.test(text)) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  const bag = new Map<string, string>();
  for (const [key, value] of Object.entries(parsed ?? {})) {
    if (typeof value !== 'string' || key.length > maxKeyLength) return undefined;
    bag.set(key, value);
  }
  return bag;
}

function readYaml(text: string): Bag {
  // oxlint-disable-next-line no-control-regex -- these characters are what is looked for
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]/.test(text))
    throw new Refusal('yaml: control characters are not allowed');
  // YAML 1.1 has more line breaks than the parser knows: U+0085 is folded as a line feed is, and of the
  // others only the spaces around them go.
  const source = text.replace(/\u0085/g, '\n').replace(/ *([\u2028\u2029]) */g, '$1');
  const lines = new LineCounter();
  const document = parseDocument(source, {
    version: '1.1',
    schema: 'failsafe',
    lineCounter: lines,
    uniqueKeys: false,
    logLevel: 'error',
  });
  const lineOf = (node: Node | null): number => lines.linePos(node?.range?.[0] ?? 0).line;
  const [error] = document.errors;
  if (error !== undefined)
    throw new Refusal(
      `yaml: line ${error.linePos?.[0].line ?? 1}: ${error.message.split('\n')[0]}`,
    );
  const root = document.contents;
  if (root === null || (isScalar(root) && isNothing(root))) return new Map();
  if (!isMap(root)) {
    const what = isScalar(root) ? `!!str \`${shorten(String(root.value))}\`` : '!!seq';
    throw new Refusal(
      `yaml: unmarshal errors:\n  line ${lineOf(root)}: cannot unmarshal ${what} into map[string]string`,
    );
  }
  const bag = new Map<string, string>();
  for (const { key, value } of root.items) {
    const keyNode = key as Node; // parsed from text, so every key is a node
    bag.set(readKey(keyNode, source, lineOf), value ? readScalar(value, source, lineOf) : '');
  }
  return bag;
}

function readKey(node: Node, text: string, lineOf: (node: Node) => number): string {
  const key = readScalar(node, text, lineOf);
  if (key.length <= maxKeyLength) return key;
  throw new Refusal(`yaml: line ${lineOf(node)}: could not find expected ':'`);
}

function readScalar(node: Node, text: string, lineOf: (node: Node) => number): string {
  if (!isScalar(node)) {
    const tag = isMap(node) ? '!!map' : '!!seq';
    throw new Refusal(
      `yaml: unmarshal errors:\n  line ${lineOf(node)}: cannot unmarshal ${tag} into string`,
    );
  }
  const [start = 0, end = 0] = node.range ?? [];
  const source = text.slice(start, end);
  if (node.type === Scalar.QUOTE_DOUBLE) checkEscapes(source, lineOf(node));
  if (isNothing(node)) return '';
  return String(node.value);
}

function isNothing(node: Scalar): boolean {
  const { type, value = '' } = node;
  return type === Scalar.PLAIN && typeof value === 'string' && /^(~|null|Null|NULL|)$/.test(value);
}

function checkEscapes(source: string, line: number): void {
  for (const [, escape = ''] of source.matchAll(/\\(u[0-9a-fA-F]{4}|[^])/g)) {
    if (escape === '/') throw new Refusal(`yaml: line ${line}: found unknown escape character`);
    if (/^u[dD][89a-fA-F]/.test(escape))
      throw new Refusal(`yaml: line ${line}: found invalid Unicode character escape code`);
  }
}

function shorten(text: string): string {
  return text.length > 10 ? `${text.slice(0, 7)}...` : text;
}
