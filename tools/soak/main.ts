/** `npm run soak`: see `--help`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describeFigures } from './figures.ts';
import { parseCommandLine, type SoakOptions } from './options.ts';
import { Interrupted, soak } from './soak.ts';

const EXIT_INTERRUPTED = 130;

const commandLine = parseCommandLine(process.argv.slice(2));
if (commandLine.kind === 'print') {
  (commandLine.exitCode === 0 ? process.stdout : process.stderr).write(commandLine.text);
  process.exitCode = commandLine.exitCode;
} else {
  process.exitCode = await run(commandLine.options);
}

async function run(options: SoakOptions): Promise<number> {
  const { processes, rounds, killEvery, seed, json } = options;
  // Figures for programs go to the output alone; what is for people goes beside it.
  const tell = (line: string): void => {
    (json ? process.stderr : process.stdout).write(`${line}\n`);
  };
  tell(
    `soak: seed ${seed}, ${processes} processes, ${rounds} rounds, a kill every ${killEvery} rounds`,
  );
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => interrupt.abort());
  }
  const folder = mkdtempSync(join(tmpdir(), 'baton-soak-'));
  let keep = false;
  try {
    const figures = await soak(options, { folder, signal: interrupt.signal, onProgress: tell });
    keep = figures.violations.length > 0;
    process.stdout.write(json ? `${JSON.stringify(figures)}\n` : describeFigures(figures));
    if (keep) {
      tell(`what is left of it is in ${folder}; the same again: --seed ${seed}`);
      return 1;
    }
    return 0;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    tell('interrupted: all processes have ended, nothing is left behind');
    return EXIT_INTERRUPTED;
  } finally {
    if (!keep) rmSync(folder, { recursive: true });
  }
}
