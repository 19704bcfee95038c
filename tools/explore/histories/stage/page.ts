/** A block of the page that shows a history: its fence says which. */
const BLOCK = /^```text history=(?<name>[a-z-]+)\n(?<text>[\s\S]*?)^```$/gm;

/** The histories that a page shows, by name. */
export function shownOn(page: string): ReadonlyMap<string, string> {
  const shown = new Map<string, string>();
  for (const { groups } of page.matchAll(BLOCK))
    shown.set(groups?.['name'] ?? '', groups?.['text'] ?? '');
  return shown;
}

/** The page with these texts in its blocks; a block of a history that is not among them stays as it is. */
export function pageWith(page: string, texts: ReadonlyMap<string, string>): string {
  return page.replaceAll(BLOCK, (block, name: string) => {
    const text = texts.get(name);
    return text === undefined ? block : `\`\`\`text history=${name}\n${text}\`\`\``;
  });
}
