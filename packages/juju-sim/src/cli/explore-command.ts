import { availableParallelism, constants } from 'node:os';

import { InvalidArgumentError, Option, type Command } from 'commander';

import { EXPLORE_EXIT_CODES, explore } from '../explore/explore.ts';
import { parseUnits, type UnitRange } from '../explore/explore-options.ts';
import type { JujuSeries } from '../model/profile.ts';
import { parseCount } from './numbers.ts';
import type { Output } from './output.ts';

interface ExploreFlags {
  readonly seeds: number;
  readonly first: number;
  readonly seed?: number;
  readonly juju: JujuSeries | 'all';
  readonly units: UnitRange;
  readonly workers: number;
  readonly timeout: number;
  readonly trace: boolean;
  readonly json: boolean;
}

const EPILOGUE = `
A scenario is a module whose default export makes a charm and its witnesses: see @baton/juju-sim/virtual.
The lowest seed that fails is the one that is told, whichever worker was faster.

Exit codes:
  0    every history passed
  1    the scenario cannot be loaded
  2    wrong arguments
  3    safety: something happened that must not
  4    liveness: something never happened that must
  5    crash: the charm or the scenario threw, or its process died or hung
  130  stopped by Ctrl-C`;

/** Adds the command that explores histories; it tells `exits` the exit code. */
export function addExploreCommand(
  command: Command,
  output: Output,
  exits: (code: number) => void,
): void {
  command
    .command('explore')
    .description(
      'plays a charm in virtual time, one history for each seed, with faults, and looks for one that breaks a promise',
    )
    .argument('<scenario>', 'the module of the scenario')
    .option('--seeds <number>', 'how many seeds', parseCount, 1_000)
    .option('--first <number>', 'the first seed', seedNumber, 1)
    .addOption(
      new Option('--seed <number>', 'only this seed')
        .argParser(seedNumber)
        .conflicts(['seeds', 'first']),
    )
    .addOption(
      new Option('--juju <version>', 'which Juju, or both one after the other')
        .choices(['3.6', '4.0', 'all'])
        .default('3.6'),
    )
    .addOption(
      new Option('--units <range>', 'how many units at the beginning, such as 4 or 2..7')
        .argParser(unitRange)
        .default({ least: 2, most: 7 }, '2..7'),
    )
    .option('--workers <number>', 'how many processes', parseCount, availableParallelism())
    .option('--timeout <seconds>', 'the longest that one history may take', parseCount, 120)
    .option('--trace', 'print all of a trace; with --seed also of a history that passes', false)
    .option('--json', 'print lines of JSON', false)
    .addHelpText('after', EPILOGUE)
    .action(async (scenario: string, { seed, juju, timeout, ...flags }: ExploreFlags) => {
      const stop = new Stopping();
      try {
        const result = await explore(
          {
            ...flags,
            scenario,
            juju: juju === 'all' ? ['3.6', '4.0'] : [juju],
            ...(seed === undefined ? {} : { first: seed, seeds: 1, workers: 1 }),
            historyMsMax: timeout * 1_000,
            npm: process.env,
          },
          output,
          stop.signal,
        );
        exits(EXPLORE_EXIT_CODES[result]);
      } catch (error) {
        if (stop.by === undefined) throw error;
        output.err(`juju-sim: stopped by ${stop.by}`);
        exits(128 + constants.signals[stop.by]);
      } finally {
        stop.close();
      }
    });
}

const STOPPING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Ctrl-C and its like, as an abort. */
class Stopping {
  /** The signal that came first. */
  by: (typeof STOPPING)[number] | undefined;
  readonly #abort = new AbortController();
  readonly #hear = (name: NodeJS.Signals): void => {
    this.by ??= STOPPING.find((known) => known === name);
    this.#abort.abort();
  };

  constructor() {
    for (const name of STOPPING) process.on(name, this.#hear);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  close(): void {
    for (const name of STOPPING) process.off(name, this.#hear);
  }
}

function seedNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a whole number.');
}

function unitRange(text: string): UnitRange {
  const range = parseUnits(text);
  if (range !== undefined) return range;
  throw new InvalidArgumentError('It is a number of units, such as 4, or a range, such as 2..7.');
}
