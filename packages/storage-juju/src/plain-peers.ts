const KEY = /^( +)([A-Za-z][\w-]*):(?: +\{[\w:, -]*\})?$/;

/**
 * The names under `peers` of a charm's metadata, where they stand as one key a line, as charmcraft writes them and
 * nearly everybody else does; undefined where they do not, and a reader of YAML has to look. It is there because
 * every hook looks, and to load such a reader takes a sixth of the hook.
 */
export function plainPeers(text: string): readonly string[] | undefined {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.startsWith('peers'));
  if (lines[start] !== 'peers:') return undefined;
  const after = lines.slice(start + 1);
  const end = after.findIndex((line) => /^[A-Za-z]/.test(line));
  const block = withoutBlankEnd(end < 0 ? after : after.slice(0, end));
  const [, indent] = KEY.exec(block[0] ?? '') ?? [];
  if (indent === undefined) return undefined;
  const names = new Set<string>();
  for (const line of block) {
    // What is further in belongs to the name above, whatever it says; but a text in quotes may end anywhere.
    if (line.startsWith(`${indent} `) && !/["'#\t\r]/.test(line)) continue;
    const [, depth, name] = KEY.exec(line) ?? [];
    if (name === undefined || depth !== indent || names.has(name)) return undefined;
    names.add(name);
  }
  const isOnlyPeers = !lines.some(
    (line, at) => at !== start && /^(?:peers|---|\.\.\.|%)/.test(line),
  );
  return isOnlyPeers ? [...names] : undefined;
}

function withoutBlankEnd(lines: readonly string[]): readonly string[] {
  return lines.slice(0, 1 + lines.findLastIndex((line) => line !== ''));
}
