import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { CommandLine, CommonOptions } from './command-line.ts';

const EXIT_VIOLATION = 1;
const EXIT_INTERRUPTED = 130;

/** What a soak is given besides its options. */
export interface SoakSurroundings {
  /** An empty folder; whoever made it removes it. */
  readonly folder: string;
  /** Ends the soak, and every process of it. */
  readonly signal: AbortSignal;
  readonly onProgress: (line: string) => void;
  /** How many may hold the lock at a time, 1 by default; more is a fault that the soak has to find. */
  readonly holders?: number;
}

/** Says that the soak was ended from outside. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** A soak as a program. */
export interface SoakProgram<
  Options extends CommonOptions,
  Figures extends { readonly violations: readonly string[] },
> {
  /** What its folder is called, before what makes it unique. */
  readonly name: string;
  /** The options in one line. */
  readonly describeOptions: (options: Options) => string;
  /** Runs it and gives what it has shown. @throws {Interrupted} when the signal was aborted */
  readonly soak: (options: Options, surroundings: SoakSurroundings) => Promise<Figures>;
  /** The figures as a table for people. */
  readonly describeFigures: (figures: Figures) => string;
}

/** Runs a soak as the command line asks, and gives the exit code; where it has found something, its folder stays. */
export async function runProgram<
  Options extends CommonOptions,
  Figures extends { readonly violations: readonly string[] },
>(program: SoakProgram<Options, Figures>, commandLine: CommandLine<Options>): Promise<number> {
  if (commandLine.kind === 'print') {
    const { text, exitCode } = commandLine;
    (exitCode === 0 ? process.stdout : process.stderr).write(text);
    return exitCode;
  }
  const { name, soak, describeOptions, describeFigures } = program;
  const { options } = commandLine;
  const { seed, json } = options;
  // Figures for programs go to the output alone; what is for people goes beside it.
  const tell = (line: string): void => {
    (json ? process.stderr : process.stdout).write(`${line}\n`);
  };
  tell(`soak: seed ${seed}, ${describeOptions(options)}`);
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => interrupt.abort());
  }
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  let keep = false;
  try {
    const figures = await soak(options, { folder, signal: interrupt.signal, onProgress: tell });
    keep = figures.violations.length > 0;
    process.stdout.write(json ? `${JSON.stringify(figures)}\n` : describeFigures(figures));
    if (!keep) return 0;
    tell(`what is left of it is in ${folder}; the same again: --seed ${seed}`);
    return EXIT_VIOLATION;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    tell('interrupted: all processes have ended, nothing is left behind');
    return EXIT_INTERRUPTED;
  } finally {
    if (!keep) rmSync(folder, { recursive: true });
  }
}
