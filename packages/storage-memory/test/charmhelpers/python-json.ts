/** What charmhelpers keeps: objects of text, or of such objects. */
export type Json = string | { readonly [key: string]: Json };

/** Python's `json.dumps(value, sort_keys=True)`, written anew from its documentation. */
export function dumps(value: Json): string {
  if (typeof value === 'string') return dumpText(value);
  const members = Object.entries(value)
    // Bytes of UTF-8 are ordered as code points are, which is how Python orders text.
    .toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .map(([key, member]) => `${dumpText(key)}: ${dumps(member)}`);
  return `{${members.join(', ')}}`;
}

function dumpText(text: string): string {
  let dumped = '"';
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit === 0x22 || unit === 0x5c) dumped += `\\${text.charAt(index)}`;
    else if (unit < 0x20 || unit > 0x7e) dumped += `\\u${unit.toString(16).padStart(4, '0')}`;
    else dumped += text.charAt(index);
  }
  return `${dumped}"`;
}
