import type { JujuSeries } from '@baton/juju-sim';
import { Command, Option } from 'commander';

import {
  numberBetween,
  readCommandLine,
  wholeNumber,
  type CommandLine,
  type CommonOptions,
} from '../soak/command-line.ts';

/** How a soak is run. */
export interface JujuSoakOptions extends CommonOptions {
  /** For how long there are faults, by the wall's clock; what follows until everyone is served comes on top. */
  readonly minutes: number;
  /** Which Juju is simulated. */
  readonly juju: JujuSeries;
  /** How many units there are at the beginning; later there are some more or less. */
  readonly units: number;
  /** How many times as fast as the wall's clock Juju's own time passes. */
  readonly speed: number;
  /** How many milliseconds pass between two faults, on average. */
  readonly faultEvery: number;
}

/** Reads the arguments after the program's name. */
export function parseCommandLine(args: readonly string[]): CommandLine<JujuSoakOptions> {
  const command = new Command('npm run soak:juju --')
    .description(
      "Runs the demo's charm on a simulated Juju, changes its configuration all the time, so that a rolling " +
        'restart is always under way, kills its hooks, servers and agents, adds and removes units and moves the ' +
        'leader at random, and checks that there are never two holders, that everyone is served in the end, and ' +
        'that nothing is left behind. Needs Linux, whose /proc tells of processes and file descriptors.',
    )
    .option('--minutes <number>', 'for how long there are faults', numberBetween(0.01, 10_000), 10)
    .addOption(new Option('--juju <version>', 'which Juju').choices(['3.6', '4.0']).default('3.6'))
    .option('--units <count>', 'how many units there are at the beginning', wholeNumber(2, 32), 5)
    .option('--speed <times>', "how fast Juju's own time passes", numberBetween(1, 1000), 20)
    .option(
      '--fault-every <ms>',
      'milliseconds between two faults, on average',
      wholeNumber(10, 1e6),
      1000,
    );
  return readCommandLine(command, args);
}
