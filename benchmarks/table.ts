/** Rows of cells, the first row the head. */
export type Table = readonly (readonly string[])[];

/** A table for a terminal; the columns named are flush left, the others flush right. */
export function plainTable(rows: Table, left: readonly number[]): readonly string[] {
  const widths = widthsOf(rows);
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return left.includes(column) ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
}

/** The same in Markdown. */
export function markdownTable(rows: Table, left: readonly number[]): readonly string[] {
  const [head = [], ...body] = rows;
  const rule = head.map((_, column) => (left.includes(column) ? '---' : '--:'));
  return [head, rule, ...body].map((cells) => `| ${cells.join(' | ')} |`);
}

function widthsOf(rows: Table): readonly number[] {
  const columns = Math.max(...rows.map((row) => row.length));
  return Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
}

/** A count with commas, as in `12,345`. */
export function grouped(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}
