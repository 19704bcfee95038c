import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import type { Machine } from '../machine.ts';
import { sectionsOf } from '../report.ts';
import type { Results } from '../results.ts';
import { markdownTable } from '../table.ts';
import { drawCalls, drawHooks } from './draw-growth.ts';
import { drawHookTimes } from './draw-hook-times.ts';
import { fillIn } from './fill-in.ts';

const page = fileURLToPath(new URL('../../docs/explanation/what-it-costs.md', import.meta.url));
const images = new URL('../../docs/images/', import.meta.url);
const formatter = fileURLToPath(new URL('../../node_modules/.bin/oxfmt', import.meta.url));

/** Writes the results into the page and draws its pictures. Gives the paths of what it wrote. */
export async function writePage(results: Results): Promise<readonly string[]> {
  let text = await readFile(page, 'utf8');
  text = fillIn(text, 'machine', machineLines(results.machine));
  for (const { name, rows, left, notes } of sectionsOf(results))
    text = fillIn(text, name, [
      ...markdownTable(rows, left),
      ...notes.flatMap((note) => ['', `_${note}_`]),
    ]);
  await writeFile(page, text);
  const pictures: [string, string][] = [
    ['roll-hooks.svg', drawHooks(results.rolls)],
    ['roll-calls.svg', drawCalls(results.rolls)],
    ...(results.hooks === undefined
      ? []
      : ([['hook-time.svg', drawHookTimes(results.hooks)]] as [string, string][])),
  ];
  const written = [page];
  for (const [name, svg] of pictures) {
    const path = fileURLToPath(new URL(name, images));
    await writeFile(path, `${svg}\n`);
    written.push(path);
  }
  // As the check of the repository wants it.
  await promisify(execFile)(formatter, [page]);
  return written;
}

function machineLines(machine: Machine): readonly string[] {
  const { packages, python, node, processor, cores, gigabytes, system, day } = machine;
  const versions = Object.entries(packages).map(([name, version]) => `${name} ${version}`);
  return [
    `Measured on ${day}: ${cores} × ${processor}, ${gigabytes} GB, ${system}; Node ${node}` +
      `${python === undefined ? '' : `, Python ${python}`}; ${versions.join(', ')}.`,
  ];
}
