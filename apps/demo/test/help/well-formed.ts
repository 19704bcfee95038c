const TAG =
  /<(?:!\[CDATA\[[\s\S]*?\]\]>|(\/?)([a-zA-Z][\w:-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>)/y;
const TEXT = /[^<&]+|&(?:amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);/y;

/** Reads a small XML document; returns the names of its elements, or throws where it is not well formed. */
export function elementsOf(xml: string): string[] {
  const names: string[] = [];
  const open: string[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(xml);
    if (match !== null) at = pattern.lastIndex;
    return match;
  };
  while (at < xml.trimEnd().length) {
    if (names.length > 0 && open.length === 0) throw new Error(`text after the end, at ${at}`);
    if (take(TEXT) !== null) continue;
    const tag = take(TAG);
    if (tag === null) throw new Error(`not well formed at ${at}: ${xml.slice(at, at + 60)}`);
    const [, closes, name, , empty] = tag;
    if (name === undefined) continue;
    if (closes === '/') {
      const expected = open.pop();
      if (expected !== name) throw new Error(`</${name}> where </${expected}> belongs`);
      continue;
    }
    names.push(name);
    if (empty !== '/') open.push(name);
  }
  if (open.length > 0) throw new Error(`never closed: ${open.join(', ')}`);
  return names;
}
