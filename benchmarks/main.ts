import { parseArgs } from 'node:util';

import { coldStartFigures } from './cold-start.ts';
import { decideFigures } from './decide.ts';
import { fileHookFigures } from './file-hook.ts';
import type { Figure } from './figure.ts';
import { jujuHookFigures } from './juju-hook.ts';
import { memoryHookFigures } from './memory-hook.ts';

const HELP = `Measures what Baton costs, each figure as a ratio or a difference within this run.

  npm run bench -- [--only NAME] [--json]

  --only NAME  only decide, memory-hook, file-hook, juju-hook or cold-start; may be given several times
  --json       prints JSON
  --help       this text

All times are medians. Exit code 1 if a limit is not met.`;

const MEASUREMENTS: Readonly<Record<string, () => Promise<readonly Figure[]>>> = {
  decide: decideFigures,
  'memory-hook': memoryHookFigures,
  'file-hook': fileHookFigures,
  'juju-hook': jujuHookFigures,
  'cold-start': coldStartFigures,
};

process.exitCode = await main();

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true, default: Object.keys(MEASUREMENTS) },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const figures: Figure[] = [];
  for (const name of values.only) {
    const measure = MEASUREMENTS[name];
    if (measure === undefined) {
      console.error(`nothing is called ${name}: expected ${Object.keys(MEASUREMENTS).join(', ')}`);
      return 2;
    }
    figures.push(...(await measure()));
  }
  if (values.json) {
    console.log(JSON.stringify({ node: process.version, figures }, null, 2));
  } else {
    console.log(`Node ${process.version}; medians of one run\n`);
    for (const line of tableOf(figures)) console.log(line);
  }
  return figures.every(({ met }) => met !== false) ? 0 : 1;
}

function tableOf(figures: readonly Figure[]): readonly string[] {
  const rows = [
    ['what', 'time', 'against', 'time', 'ratio', 'limit', ''],
    ...figures.map((each) => [
      each.name,
      duration(each.ms),
      each.against,
      duration(each.againstMs),
      valueOf(each, each.value),
      each.limit === undefined ? '' : valueOf(each, each.limit),
      each.met === undefined ? '' : each.met ? 'met' : 'NOT MET',
    ]),
  ];
  const widths = rows[0]?.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths?.[column] ?? 0;
        return column === 0 || column === 2 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
  const notes = figures.flatMap(({ name, note }) =>
    note === undefined ? [] : [`${name}: ${note}`],
  );
  return notes.length === 0 ? lines : [...lines, '', ...notes];
}

function duration(ms: number): string {
  return ms < 1 ? `${(1000 * ms).toFixed(1)} µs` : `${ms.toFixed(2)} ms`;
}

function valueOf({ compared }: Figure, value: number): string {
  return compared === 'ratio' ? `${value.toFixed(2)} ×` : `+${value.toFixed(1)} ms`;
}
