/** One line of a history, before it has its columns. */
export interface StoryLine {
  readonly atMs: number;
  /** Empty for what happens to the whole application. */
  readonly unit: string;
  /** Empty for what happens outside of hooks. */
  readonly hook: string;
  text: string;
}

/** Between the parts of a history: what the operator, or the author, has to say. */
interface StoryRemark {
  readonly remark: string;
}

/** A hook in which nothing happened that is worth a line. */
interface QuietHook {
  readonly quiet: string;
}

/** What a history is told by, in order. */
export type StoryPart = StoryLine | StoryRemark | QuietHook;

const UNIT_WIDTH = 5;
const HOOK_WIDTH = 26;
const TIME_WIDTH = 8;
const TEXT_WIDTH = 66;
const INDENT = ' '.repeat(TIME_WIDTH + 2 + UNIT_WIDTH + 1 + HOOK_WIDTH);

/** The text of a history: fixed columns for seconds, unit, hook and what happens. */
export function pageText(parts: readonly StoryPart[]): string {
  const lines: string[] = [];
  const quiet = new Map<string, number>();
  let before: StoryLine | undefined;
  const tellQuiet = (): void => {
    if (quiet.size === 0) return;
    const units = [...quiet].map(([unit, count]) => `${unit} ${count === 1 ? 'one' : count}`);
    lines.push(`${' '.repeat(TIME_WIDTH + 2)}(hooks with nothing new: ${units.join(', ')})`);
    quiet.clear();
    before = undefined;
  };
  for (const part of parts) {
    if ('quiet' in part) {
      quiet.set(part.quiet, (quiet.get(part.quiet) ?? 0) + 1);
      continue;
    }
    if ('remark' in part) {
      tellQuiet();
      if (lines.length > 0) lines.push('');
      lines.push(`-- ${part.remark}`);
      before = undefined;
      continue;
    }
    lines.push(...columns(part, before));
    before = part;
  }
  tellQuiet();
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

/** Time, unit and hook stand only where they are others than in the line above. */
function columns(line: StoryLine, before: StoryLine | undefined): string[] {
  const time = (line.atMs / 1_000).toFixed(1);
  const isSame = before?.unit === line.unit && before.hook === line.hook;
  const when = isSame && before.atMs === line.atMs ? '' : time;
  const who = isSame ? '' : line.unit.padEnd(UNIT_WIDTH + 1) + line.hook;
  const head = `${when.padStart(TIME_WIDTH)}  ${who.padEnd(UNIT_WIDTH + 1 + HOOK_WIDTH)}`;
  const [first = '', ...rest] = wrapped(line.text);
  return [`${head}${first}`, ...rest.map((text) => `${INDENT}  ${text}`)];
}

function wrapped(text: string): string[] {
  const rows: string[] = [''];
  // What is in brackets stays in one line.
  for (const word of text.split(/ (?![^(]*\))/)) {
    const row = rows.at(-1) ?? '';
    if (row === '') rows[rows.length - 1] = word;
    else if (row.length + 1 + word.length > TEXT_WIDTH) rows.push(word);
    else rows[rows.length - 1] = `${row} ${word}`;
  }
  return rows;
}
