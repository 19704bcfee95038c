import { CommanderError, InvalidArgumentError, type Command } from 'commander';

import { freshSeed } from './random.ts';

/** What the command line asks for: a soak, or a text to print and an exit code. */
export type CommandLine<Options> =
  | { readonly kind: 'run'; readonly options: Options }
  | { readonly kind: 'print'; readonly text: string; readonly exitCode: number };

/** What every soak is told. */
export interface CommonOptions {
  /** Decides what is done to whom, and when. What the processes make of it depends on the machine. */
  readonly seed: number;
  /** Whether to print the figures as JSON. */
  readonly json: boolean;
}

/** Reads the arguments after the program's name with a command that has the options of a soak but the common ones. */
export function readCommandLine<Options extends CommonOptions>(
  command: Command,
  args: readonly string[],
): CommandLine<Options> {
  let text = '';
  const write = (more: string): void => {
    text += more;
  };
  command
    .option(
      '--seed <number>',
      'decides what is done to whom, and when',
      wholeNumber(0, 0xffff_ffff),
    )
    .option('--json', 'print the figures as JSON', false)
    .exitOverride()
    .configureOutput({ writeOut: write, writeErr: write });
  try {
    command.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { kind: 'print', text, exitCode: error.exitCode };
  }
  const { seed = freshSeed(), ...others } = command.opts<Partial<Options>>();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the command has an option for each
  return { kind: 'run', options: { ...others, seed } as Options };
}

/** Reads a whole number between two others, both included. */
export function wholeNumber(least: number, largest: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= largest) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${largest}.`);
  };
}

/** Reads a number between two others, both included. */
export function numberBetween(least: number, largest: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && value >= least && value <= largest) return value;
    throw new InvalidArgumentError(`It must be a number from ${least} to ${largest}.`);
  };
}
