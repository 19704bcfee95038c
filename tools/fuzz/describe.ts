import { INPUT_MS_MAX, type Failure } from './fuzz-range.ts';
import type { Figures } from './fuzz.ts';

const MIB = 1024 * 1024;

/** The figures as a table for people. */
export function describeFigures({ decoders, seconds, grownBytesMax, failures }: Figures): string {
  const rows = [
    ['decoder', 'inputs', 'documents', 'refused', 'slowest ms', 'memory MiB', 'work s'],
    ...decoders.map((figures) => [
      figures.decoder,
      String(figures.inputs),
      String(figures.values),
      String(Object.values(figures.refused).reduce((sum, count) => sum + count, 0)),
      figures.slowestMs.toFixed(1),
      `+${(figures.grownBytes / MIB).toFixed(0)}`,
      figures.workSeconds.toFixed(1),
    ]),
  ];
  const widths = rows[0]?.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell[column === 0 ? 'padEnd' : 'padStart'](widths?.[column] ?? 0))
      .join('  '),
  );
  const bounds = `bounds: ${INPUT_MS_MAX} ms an input, +${grownBytesMax / MIB} MiB a process`;
  return [
    ...lines,
    `${seconds.toFixed(1)} s in all; ${bounds}; ${failures.length} failures`,
    ...failures.map(describeFailure),
    '',
  ].join('\n');
}

/** A failure, and the command that shows it again. */
export function describeFailure({ decoder, hex, what }: Failure): string {
  const again = hex === '' ? '' : `\n  npm run fuzz -- --decoder ${decoder} --input ${hex}`;
  return `FAILURE of ${decoder}: ${what}${again}`;
}
