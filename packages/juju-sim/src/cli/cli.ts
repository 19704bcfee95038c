import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';

import { SimError } from '../driver/sim-error.ts';
import type { JujuSeries } from '../model/profile.ts';
import { addControlCommands } from './control-commands.ts';
import { ask } from './control-client.ts';
import { addExploreCommand } from './explore-command.ts';
import type { Output } from './output.ts';
import { controlPath, runApplication } from './run-command.ts';
import { actionText, addPair, type Pairs } from './pairs.ts';

/**
 * Runs one command; resolves to its exit code: 0, 1 where it could not be done, 2 for wrong arguments, and what
 * `explore` found.
 */
export async function runCli(args: readonly string[], output: Output): Promise<number> {
  let code = 0;
  const exits = (found: number): void => {
    code = found;
  };
  try {
    await program(output, exits).parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof SimError)) throw error;
    output.err(`juju-sim: ${error.message}`);
    return 1;
  }
}

function program(output: Output, exits: (code: number) => void): Command {
  const command = new Command('juju-sim')
    .description('Runs a charm as a Juju application on this machine.')
    .exitOverride()
    .showSuggestionAfterError(false)
    .configureOutput({
      writeOut: (text) => output.out(text.trimEnd()),
      writeErr: (text) => output.err(text.trimEnd().replace(/^error:/, 'juju-sim:')),
    })
    .helpCommand(false);
  addRun(command, output);
  addControlCommands(command, output);
  addExploreCommand(command, output, exits);
  return command;
}

interface RunFlags {
  readonly folder: string;
  readonly units: number;
  readonly juju: JujuSeries;
  readonly speed: number;
  readonly seed: number;
  readonly config: Pairs;
  readonly until?: string;
  readonly timeout?: number;
  readonly oneMachine?: boolean;
  readonly json?: boolean;
}

function addRun(command: Command, output: Output): void {
  command
    .command('run')
    .description(
      'run CHARM: runs the charm of a folder until it is stopped. run UNIT ACTION [KEY=VALUE...]: runs an action of the application that runs.',
    )
    .argument('<charm-or-unit>')
    .argument('[action]')
    .argument('[parameters...]', '', addPair, {})
    .option('--units <number>', 'how many units', wholeNumber, 3)
    .addOption(new Option('--juju <version>', 'which Juju').choices(['3.6', '4.0']).default('3.6'))
    .option('--config <key=value>', 'an option of the charm; may be repeated', addPair, {})
    .addOption(new Option('--until <event>', 'end by itself').choices(['settled']))
    .option('--timeout <seconds>', 'the longest that --until may take', aboveZero)
    .option('--speed <factor>', 'how many times faster timers run', aboveZero, 1)
    .option('--seed <number>', 'what chance is made from', wholeNumber, 1)
    .option('--one-machine', 'all units on one machine: one hook at a time')
    .option('--json', 'print lines of JSON')
    .option('--folder <folder>', 'where the units are made', '.juju-sim')
    .action(async (target: string, action: string | undefined, pairs: Pairs, flags: RunFlags) => {
      if (action !== undefined) return runAction(target, action, pairs, flags, output);
      const { until, timeout, oneMachine, json = false, ...options } = flags;
      return runApplication(
        {
          ...options,
          charm: target,
          json,
          untilSettled: until === 'settled',
          timeoutMs: timeout === undefined ? undefined : timeout * 1000,
          ...(oneMachine ? { parallel: 1 } : {}),
        },
        output,
      );
    });
}

async function runAction(
  unit: string,
  name: string,
  parameters: Pairs,
  { folder, json }: RunFlags,
  { out }: Output,
): Promise<void> {
  const action = await ask(controlPath(folder), { verb: 'action', unit, name, parameters });
  out(json ? JSON.stringify(action) : actionText(action));
}

function wholeNumber(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a whole number.');
}

function aboveZero(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('It is a number above 0.');
}
