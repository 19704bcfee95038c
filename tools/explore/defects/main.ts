/** `npm run mutants`: see `--help`. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';

import { Command, CommanderError } from 'commander';

import { wholeNumber } from '../../soak/command-line.ts';
import { DEFECTS } from './defects.ts';
import { foundSchema, type Found } from './found.ts';
import { bundleWith, type Defect } from './plant.ts';
import { tableOf, type Result } from './table.ts';

interface Options {
  readonly only: string;
  readonly seeds: number;
  readonly jobs: number;
}

const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => interrupt.abort());

const options = readOptions(process.argv.slice(2));
if (typeof options === 'number') process.exitCode = options;
else process.exitCode = await run(options);

function readOptions(args: readonly string[]): Options | number {
  const command = new Command('npm run mutants --')
    .description(
      'Takes one rule of the protocol or the store out of the code, explores histories until one breaks a promise, ' +
        'and tells how many seeds that took; then the next rule. Each seed is played on Juju 3.6 and on 4.0.',
    )
    .option('--only <text>', 'only the rules whose words contain this', '')
    .option('--seeds <count>', 'how many seeds to try at most', wholeNumber(1, 1e7), 10_000)
    .option('--jobs <count>', 'how many rules at once', wholeNumber(1, 64), availableParallelism())
    .addHelpText(
      'after',
      '\nExit codes: 0 each was found; 1 one was not, or not even without a defect all is well.',
    )
    .exitOverride();
  try {
    command.parse(args, { from: 'user' });
    return command.opts<Options>();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  }
}

async function run({ only, seeds, jobs }: Options): Promise<number> {
  const chosen = DEFECTS.filter(({ rule }) => rule.includes(only));
  if (chosen.length === 0) {
    process.stderr.write(`no rule contains ${JSON.stringify(only)}\n`);
    return 2;
  }
  process.stdout.write(
    `mutants: ${chosen.length} rules, ${seeds} seeds each at most, ${jobs} at once\n`,
  );
  const folder = await mkdtemp(join(tmpdir(), 'baton-defects-'));
  try {
    const sound = await seek(folder, 'sound', undefined, Math.min(seeds, 200));
    if (sound.broken !== undefined) {
      process.stderr.write(`without any defect: ${sound.broken.message}\n`);
      return 1;
    }
    const results: Result[] = [];
    const waiting = [...chosen.entries()];
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [number, defect] = next;
        const result = { defect, found: await seek(folder, String(number), defect, seeds) };
        results[number] = result;
        process.stdout.write(`${progressOf(result)}\n`);
      }
    };
    await Promise.all(Array.from({ length: jobs }, work));
    process.stdout.write(`\n${tableOf(results)}`);
    return results.every(({ found }) => found.broken !== undefined) ? 0 : 1;
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    process.stderr.write('interrupted\n');
    return 130;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function progressOf({ defect, found }: Result): string {
  const how = found.broken === undefined ? 'not found' : `found by seed ${found.broken.seed}`;
  return `${how}: ${defect.rule}`;
}

async function seek(
  folder: string,
  name: string,
  defect: Defect | undefined,
  seeds: number,
): Promise<Found> {
  interrupt.signal.throwIfAborted();
  const program = join(folder, `${name}.mjs`);
  await bundleWith(defect, program);
  const printed = await output([program, '1', String(seeds)]);
  return foundSchema.parse(JSON.parse(printed));
}

async function output(args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, ['--max-semi-space-size=64', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    signal: interrupt.signal,
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(text);
      else reject(new Error(`the search ended with ${code}`));
    });
  });
}
