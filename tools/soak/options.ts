import { Command } from 'commander';

import {
  readCommandLine,
  wholeNumber,
  type CommandLine,
  type CommonOptions,
} from './command-line.ts';

/** How a soak is run. */
export interface SoakOptions extends CommonOptions {
  readonly processes: number;
  /** How often the lock is to be acquired, worked under and released, by all units together. */
  readonly rounds: number;
  /** How many rounds pass between two kills, on average; 0 for no kills. */
  readonly killEvery: number;
}

/** Reads the arguments after the program's name. */
export function parseCommandLine(args: readonly string[]): CommandLine<SoakOptions> {
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
    );
  return readCommandLine(command, args);
}
