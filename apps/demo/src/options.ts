import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';

import type { JujuSeries } from '@baton/juju-sim';

import { isPolicyChoice, type PolicyChoice } from './policy-choice.ts';

/** With one server alone a client has nowhere to go. */
const UNITS_MIN = 2;
const UNITS_MAX = 20;

/** What the demo was asked to do. */
export interface DemoOptions {
  /** How many units, from 2 to 20. */
  readonly units: number;
  /** Which backend keeps the lock. */
  readonly store: 'file' | 'memory' | 'juju';
  /** Which Juju is simulated, where the store is `juju`. */
  readonly juju: JujuSeries;
  readonly policy: PolicyChoice;
  /** Whose agent is killed in the middle of the roll; nobody's where absent. */
  readonly kill?: 'leader' | 'holder';
  /** Whether the result is one JSON object on stdout. */
  readonly json: boolean;
  /** Where the picture goes. */
  readonly out: string;
}

/** What the command line amounts to. */
export type CommandLine =
  | { readonly kind: 'run'; readonly options: DemoOptions }
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'wrong'; readonly message: string };

/** Reads the arguments, without the program's own name. */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  let help = '';
  let complaint = '';
  const command = describeCommand().configureOutput({
    writeOut: (text) => (help += text),
    writeErr: (text) => (complaint += text),
  });
  try {
    command.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: 'help', text: help };
    return wrong(complaint.replace(/^error: /, ''));
  }
  const options = command.opts<DemoOptions>();
  if (options.store !== 'juju' && command.getOptionValueSource('juju') !== 'default') {
    return wrong('--juju needs --store juju, where the charm runs under a simulated Juju');
  }
  if (options.kill !== undefined && options.store === 'memory') {
    return wrong('--kill needs --store file or juju, where every agent is a process of its own');
  }
  return { kind: 'run', options };
}

function wrong(message: string): CommandLine {
  return { kind: 'wrong', message: message.trim().replaceAll(/\s*\n\s*/g, ' ') };
}

function describeCommand(): Command {
  return new Command('demo')
    .description(
      'Restarts real HTTP servers one after another, while a client calls them all the time.',
    )
    .addOption(
      new Option('--units <n>', 'how many units, each with a server')
        .default(5)
        .argParser(parseUnits),
    )
    .addOption(
      new Option(
        '--store <store>',
        'where the lock is kept: a directory, this process, or the databags of a simulated Juju',
      )
        .choices(['file', 'memory', 'juju'])
        .default('file'),
    )
    .addOption(
      new Option('--juju <version>', 'which Juju is simulated')
        .choices(['3.6', '4.0'])
        .default('3.6'),
    )
    .addOption(
      new Option('--policy <policy>', 'how many may restart at once: serial, limit=2, limit=25%')
        .default('serial')
        .argParser(parsePolicy),
    )
    .addOption(
      new Option(
        '--kill <whose>',
        "kill that unit's agent in the middle, and start it again",
      ).choices(['leader', 'holder']),
    )
    .option('--json', 'print one JSON object at the end and nothing else', false)
    .addOption(
      new Option('--out <file>', 'where the picture of the timeline goes').default(
        'demo-output/rolling-restart.svg',
      ),
    )
    .helpOption('--help', 'print this')
    .allowExcessArguments(false)
    .showSuggestionAfterError(false)
    .exitOverride();
}

function parseUnits(text: string): number {
  const units = /^[1-9][0-9]?$/.test(text) ? Number(text) : 0;
  if (units >= UNITS_MIN && units <= UNITS_MAX) return units;
  throw new InvalidArgumentError(`Expected a whole number from ${UNITS_MIN} to ${UNITS_MAX}.`);
}

function parsePolicy(text: string): PolicyChoice {
  if (isPolicyChoice(text)) return text;
  throw new InvalidArgumentError('Expected serial, limit=<number>, or limit=<1 to 100>%.');
}
