import type { Found } from './found.ts';
import type { Defect } from './plant.ts';

/** What became of one defect. */
export interface Result {
  readonly defect: Defect;
  readonly found: Found;
}

const HEAD = ['seeds', 'Juju', 'what broke', 'the rule that was taken out'] as const;

/** The results as a table: how many seeds it took, on which line of Juju, what was broken, and by which defect. */
export function tableOf(results: readonly Result[]): string {
  const rows = [HEAD, ...results.map(rowOf)];
  const width = Math.max(...rows.map(([, , broke]) => broke.length));
  return rows
    .map(
      ([seeds, juju, broke, rule]) =>
        `${seeds.padStart(6)}  ${juju.padEnd(4)}  ${broke.padEnd(width)}  ${rule}\n`,
    )
    .join('');
}

function rowOf({ defect: { rule }, found: { broken, seeds } }: Result) {
  return broken === undefined
    ? (['-', '', `nothing in ${seeds} seeds`, rule] as const)
    : ([String(seeds), broken.juju, `${broken.result}: ${broken.promise}`, rule] as const);
}
