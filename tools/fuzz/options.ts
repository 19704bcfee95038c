import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';

import { wholeNumber } from '../soak/command-line.ts';
import { freshSeed } from '../soak/random.ts';
import { DECODERS } from './decoders.ts';
import { fromHex, type Input } from './input.ts';

/** How decoders are fuzzed. */
export interface FuzzOptions {
  /** How many inputs each decoder is given. */
  readonly count: number;
  /** Decides what the inputs are. */
  readonly seed: number;
  /** How many processes share the work. */
  readonly jobs: number;
  /** The one decoder to be fuzzed; all where absent. */
  readonly decoder?: string;
  /** The one input to try. */
  readonly input?: Input;
  /** Whether to print the figures as JSON. */
  readonly json: boolean;
}

/** What the command line asks for: a run, or a text to print and an exit code. */
export type CommandLine =
  | { readonly kind: 'run'; readonly options: FuzzOptions }
  | { readonly kind: 'print'; readonly text: string; readonly exitCode: number };

/** Reads the arguments after the program's name; `cores` is how many jobs there are by default. */
export function parseCommandLine(args: readonly string[], cores: number): CommandLine {
  let text = '';
  const write = (more: string): void => {
    text += more;
  };
  const names = DECODERS.map(({ name }) => name);
  const command = new Command('npm run fuzz --')
    .description(
      'Gives random and mutated inputs to each decoder, and checks that it gives a document, or an error of its ' +
        'own and nothing else, soon, in bounded memory, and that the document can be written and read again.',
    )
    .option('--count <inputs>', 'how many inputs each decoder gets', wholeNumber(1, 1e9), 1_000_000)
    .option('--seed <number>', 'decides what the inputs are', wholeNumber(0, 0xffff_ffff))
    .option('--jobs <count>', 'how many processes share the work', wholeNumber(1, 64), cores)
    .addOption(new Option('--decoder <name>', 'only this decoder').choices(names))
    .option('--input <hex>', 'only this input, as a failure printed it; needs --decoder', readInput)
    .option('--json', 'print the figures as JSON', false)
    .exitOverride()
    .configureOutput({ writeOut: write, writeErr: write });
  try {
    command.parse(args, { from: 'user' });
    const { seed = freshSeed(), ...others } = command.opts<
      Omit<FuzzOptions, 'seed'> & { readonly seed?: number }
    >();
    if (others.input !== undefined && others.decoder === undefined) {
      command.error('error: --input needs --decoder');
    }
    return { kind: 'run', options: { ...others, seed } };
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { kind: 'print', text, exitCode: error.exitCode };
  }
}

function readInput(hex: string): Input {
  const input = fromHex(hex);
  if (input !== undefined) return input;
  throw new InvalidArgumentError('It must be BYTES:TEXT, both in hex, or - where there is none.');
}
