/** `npm run fuzz`: see `--help`. */
import { availableParallelism } from 'node:os';

import { DECODERS } from './decoders.ts';
import { describeFailure, describeFigures } from './describe.ts';
import { tryInput } from './fuzz-range.ts';
import { fuzz } from './fuzz.ts';
import { toHex, type Input } from './input.ts';
import { parseCommandLine, type FuzzOptions } from './options.ts';

const EXIT_INTERRUPTED = 130;

const commandLine = parseCommandLine(process.argv.slice(2), availableParallelism());
if (commandLine.kind === 'print') {
  (commandLine.exitCode === 0 ? process.stdout : process.stderr).write(commandLine.text);
  process.exitCode = commandLine.exitCode;
} else {
  const { decoder, input } = commandLine.options;
  process.exitCode =
    decoder === undefined || input === undefined
      ? await run(commandLine.options)
      : replay(decoder, input);
}

async function run(options: FuzzOptions): Promise<number> {
  const { seed, count, jobs, json } = options;
  // Figures for programs go to the output alone; what is for people goes beside it.
  (json ? process.stderr : process.stdout).write(
    `fuzz: seed ${seed}, ${count} inputs for each decoder, ${jobs} processes\n`,
  );
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => interrupt.abort());
  }
  try {
    const figures = await fuzz(options, interrupt.signal);
    process.stdout.write(json ? `${JSON.stringify(figures)}\n` : describeFigures(figures));
    return figures.failures.length === 0 ? 0 : 1;
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    return EXIT_INTERRUPTED;
  }
}

function replay(name: string, input: Input): number {
  const decoder = DECODERS.find((other) => other.name === name);
  if (decoder === undefined) throw new Error(`there is no decoder ${name}`);
  const { outcome, ms } = tryInput(decoder, input);
  if (outcome !== 'value' && 'failed' in outcome) {
    process.stdout.write(
      `${describeFailure({ decoder: name, hex: toHex(input), what: outcome.failed })}\n`,
    );
    return 1;
  }
  const what = outcome === 'value' ? 'a document' : `refused, ${outcome.refused}`;
  process.stdout.write(`${name}: ${what}, in ${ms.toFixed(1)} ms\n`);
  return 0;
}
