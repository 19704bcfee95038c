import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { parseArgs, promisify } from 'node:util';

import * as z from 'zod/mini';

import { findPython } from '../tools/interop/python.ts';
import { figureSchema, type Figure } from './figure.ts';
import { hookTimes } from './hook/hook-times.ts';
import { inProcessParts } from './in-process-parts.ts';
import { describeMachine } from './machine.ts';
import { writePage } from './page/write-page.ts';
import { sectionsOf, targetsOf } from './report.ts';
import { resultsSchema, type Results } from './results.ts';
import { countRolls } from './roll/count-rolls.ts';
import { planRolls } from './roll/roll-plan.ts';
import { exploringSpeed } from './simulator/exploring-speed.ts';
import { simulatorSize } from './simulator/simulator-size.ts';
import { plainTable } from './table.ts';

const parts = ['rolls', 'hooks', 'simulator', ...inProcessParts] as const;

const HELP = `Measures what Baton costs, next to charmhelpers and charmlibs-rollingops, all in one run on this machine.

  npm run bench -- [--only NAME] [--up-to N] [--json] [--from FILE] [--write]

  --only NAME  only ${parts.join(', ')}; may be given several times
  --up-to N    leaves out rolling restarts of more than N units: those of 100 take minutes
  --json       prints JSON
  --from FILE  measures nothing: takes what --json has printed
  --write      writes docs/explanation/what-it-costs.md and its pictures
  --help       this text

All times are medians. Without Python 3, what needs it is left out. Exit code 1 if a target is not met.`;

process.exitCode = await main();

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true, default: [...parts] },
      'up-to': { type: 'string', default: '100' },
      json: { type: 'boolean', default: false },
      from: { type: 'string' },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const unknown = values.only.find((name) => parts.every((part) => part !== name));
  if (unknown !== undefined)
    return refuse(`nothing is called ${unknown}: expected ${parts.join(', ')}`);
  const upTo = Number(values['up-to']);
  if (!(upTo >= 1)) return refuse(`--up-to takes a number of units, not ${values['up-to']}`);
  if (values.write && values.only.length < parts.length)
    return refuse('--write shows all parts of one run: leave --only away');

  const results =
    values.from === undefined
      ? await measure(new Set(values.only), upTo)
      : resultsSchema.parse(JSON.parse(await readFile(values.from, 'utf8')));
  if (values.json) console.log(JSON.stringify(results, null, 2));
  else print(results);
  if (values.write) for (const path of await writePage(results)) progress(`wrote ${path}`);
  return targetsOf(results).every(({ met }) => met) ? 0 : 1;
}

async function measure(only: ReadonlySet<string>, upTo: number): Promise<Results> {
  const python = await findPython();
  const folder = python.ready ? python.folder : '';
  if (!python.ready) progress(`what needs Python is left out: ${python.why}`);
  const wanted = inProcessParts.filter((part) => only.has(part));
  const figures = wanted.length === 0 ? [] : await inProcessFigures(wanted);
  const hooks = only.has('hooks') && python.ready ? await hookTimes(folder, progress) : undefined;
  if (only.has('simulator')) progress('measures the simulator, then explores for a minute or two');
  const simulator = only.has('simulator')
    ? [await simulatorSize(200, Number.POSITIVE_INFINITY), await simulatorSize(1_000, 10_000)]
    : [];
  const exploring = only.has('simulator') ? await exploringSpeed() : undefined;
  const rolls = only.has('rolls')
    ? await countRolls(planRolls(upTo, python.ready), folder, progress)
    : [];
  return {
    machine: await describeMachine(python.ready ? python.program : undefined),
    figures,
    rolls,
    ...(hooks === undefined ? {} : { hooks }),
    simulator,
    ...(exploring === undefined ? {} : { exploring }),
  };
}

/** Measured by a program of its own: the bundle that `run.mjs` makes. */
async function inProcessFigures(wanted: readonly string[]): Promise<Figure[]> {
  const bundle = process.env['BATON_BENCH_BUNDLE'];
  if (bundle === undefined) throw new Error('start benchmarks/run.mjs, which makes the bundle');
  progress(`measures ${wanted.join(', ')}`);
  const { stdout } = await promisify(execFile)(process.execPath, [bundle, ...wanted]);
  return z.array(figureSchema).parse(JSON.parse(stdout));
}

function print(results: Results): void {
  const { node, processor, cores } = results.machine;
  console.log(`Node ${node}; ${cores} × ${processor}; one run`);
  for (const { title, rows, left, notes } of sectionsOf(results)) {
    console.log(`\n${title}\n`);
    for (const line of [...plainTable(rows, left), ...notes]) console.log(line);
  }
}

function refuse(why: string): number {
  console.error(why);
  return 2;
}

function progress(what: string): void {
  console.error(what);
}
