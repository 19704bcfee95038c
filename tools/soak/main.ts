/** `npm run soak`: see `--help`. */
import { describeFigures } from './figures.ts';
import { parseCommandLine } from './options.ts';
import { runProgram } from './run.ts';
import { soak } from './soak.ts';

process.exitCode = await runProgram(
  {
    name: 'baton-soak',
    describeOptions: ({ processes, rounds, killEvery }) =>
      `${processes} processes, ${rounds} rounds, a kill every ${killEvery} rounds`,
    soak,
    describeFigures,
  },
  parseCommandLine(process.argv.slice(2)),
);
