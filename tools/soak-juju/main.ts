/** `npm run soak:juju`: see `--help`. */
import { runProgram } from '../soak/run.ts';
import { describeFigures } from './figures.ts';
import { parseCommandLine } from './options.ts';
import { soakJuju } from './soak.ts';

process.exitCode = await runProgram(
  {
    name: 'baton-soak-juju',
    describeOptions: ({ minutes, juju, units, speed, faultEvery }) =>
      `${minutes} minutes, Juju ${juju}, ${units} units, speed ${speed}, a fault every ${faultEvery} ms`,
    soak: soakJuju,
    describeFigures,
  },
  parseCommandLine(process.argv.slice(2)),
);
