/**
 * Puts text between the marks `<!-- begin NAME -->` and `<!-- end NAME -->` of a page.
 *
 * @throws {Error} if the page does not have both, in this order
 */
export function fillIn(page: string, name: string, lines: readonly string[]): string {
  const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the page does not have ${begin} and then ${end}`);
  return `${page.slice(0, from + begin.length)}\n\n${lines.join('\n')}\n\n${page.slice(to)}`;
}
