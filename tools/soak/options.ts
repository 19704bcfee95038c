import { Command, CommanderError, InvalidArgumentError } from 'commander';

import { freshSeed } from './random.ts';

/** How a soak is run. */
export interface SoakOptions {
  readonly processes: number;
  /** How often the lock is to be acquired, worked under and released, by all units together. */
  readonly rounds: number;
  /** How many rounds pass between two kills, on average; 0 for no kills. */
  readonly killEvery: number;
  /** Decides who is killed, when and how. What the processes make of it depends on the machine. */
  readonly seed: number;
  /** Whether to print the figures as JSON. */
  readonly json: boolean;
}

/** What the command line asks for: a soak, or a text to print and an exit code. */
export type CommandLine =
  | { readonly kind: 'run'; readonly options: SoakOptions }
  | { readonly kind: 'print'; readonly text: string; readonly exitCode: number };

/** Reads the arguments after the program's name. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  let text = '';
  const write = (more: string): void => {
    text += more;
  };
  const command = new Command('npm run soak --')
    .description(
      'Lets processes share one lock in a directory, kills them at random, and checks that there are never ' +
        'two holders, that nothing is lost, and that the directory does not grow.',
    )
    .option('--processes <count>', 'how many units, each a process', wholeNumber(1, 64), 8)
    .option(
      '--rounds <count>',
      'how often the lock is acquired in all',
      wholeNumber(1, 1e7),
      10_000,
    )
    .option(
      '--kill-every <rounds>',
      'rounds between two kills, on average; 0: no kills',
      wholeNumber(0, 1e6),
      50,
    )
    .option('--seed <number>', 'decides who is killed, when and how', wholeNumber(0, 0xffff_ffff))
    .option('--json', 'print the figures as JSON', false)
    .exitOverride()
    .configureOutput({ writeOut: write, writeErr: write });
  try {
    command.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { kind: 'print', text, exitCode: error.exitCode };
  }
  const { seed = freshSeed(), ...others } = command.opts<
    Omit<SoakOptions, 'seed'> & { readonly seed?: number }
  >();
  return { kind: 'run', options: { ...others, seed } };
}

/** Reads a whole number between two others, both included. */
export function wholeNumber(least: number, largest: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= largest) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${largest}.`);
  };
}
