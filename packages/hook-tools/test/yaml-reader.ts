/**
 * Reads a YAML mapping of double-quoted text as Juju's reader (yaml.v2 of Go) does, with what that makes of
 * characters and escapes; throws where it does.
 */
export function readYaml(yaml: string): Map<string, string> {
  for (const character of yaml) {
    if (!isAllowed(character.codePointAt(0) ?? 0))
      throw new Error('control characters are not allowed');
  }
  const rest = { text: yaml };
  const map = new Map<string, string>();
  take(rest, '{');
  while (!rest.text.startsWith('}')) {
    if (map.size > 0) take(rest, ',');
    const before = rest.text;
    const key = readQuoted(rest);
    const length = Array.from(before.slice(0, before.length - rest.text.length)).length;
    if (length > 1024) throw new Error("did not find expected ',' or '}'");
    take(rest, ':');
    map.set(key, readQuoted(rest));
  }
  take(rest, '}');
  if (rest.text !== '') throw new Error('something follows');
  return map;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\u0007',
  b: '\b',
  t: '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\u001b',
  ' ': ' ',
  '"': '"',
  "'": "'",
  '\\': '\\',
};

function readQuoted(rest: { text: string }): string {
  take(rest, '"');
  let value = '';
  for (;;) {
    const character = String.fromCodePoint(rest.text.codePointAt(0) ?? 0);
    rest.text = rest.text.slice(character.length);
    if (character === '"') return value;
    if (character === '\\') value += readEscape(rest);
    else if (/[\n\r\u0085\u2028\u2029]/.test(character))
      throw new Error('a line break would be folded');
    else value += character;
  }
}

function readEscape(rest: { text: string }): string {
  const letter = rest.text.slice(0, 1);
  if (letter !== 'u') {
    const simple = ESCAPES[letter];
    if (simple === undefined) throw new Error('found unknown escape character');
    rest.text = rest.text.slice(1);
    return simple;
  }
  const code = Number.parseInt(rest.text.slice(1, 5), 16);
  if (code >= 0xd800 && code <= 0xdfff) throw new Error('invalid Unicode character escape code');
  rest.text = rest.text.slice(5);
  return String.fromCharCode(code);
}

function isAllowed(code: number): boolean {
  if (code === 0x09 || code === 0x0a || code === 0x0d || code === 0x85) return true;
  if (code >= 0x20 && code <= 0x7e) return true;
  if (code >= 0xa0 && code <= 0xd7ff) return true;
  return (code >= 0xe000 && code <= 0xfffd) || (code >= 0x1_0000 && code <= 0x10_ffff);
}

function take(rest: { text: string }, expected: string): void {
  if (!rest.text.startsWith(expected)) throw new Error(`did not find expected ${expected}`);
  rest.text = rest.text.slice(expected.length);
}
