/** Packs the charm from the command line. */
import { resolve } from 'node:path';

import { Command } from 'commander';

import { archive } from './archive.ts';
import { packCharm } from './pack-charm.ts';

const command = new Command('pack:charm')
  .description('Packs the demo as a charm: as a folder, and beside it as an archive, in one file.')
  .option(
    '--out <folder>',
    'the folder; a charm packed there earlier is replaced',
    'demo-output/charm',
  )
  .option('--node <folder>', 'an unpacked Node for Linux, with bin/node in it, to bring along')
  .allowExcessArguments(false)
  .parse();
const { out, node } = command.opts<{ readonly out: string; readonly node?: string }>();

const folder = resolve(out);
try {
  await packCharm({ folder, ...(node === undefined ? {} : { node }) });
  await archive(folder, `${folder}.charm`);
  process.stdout.write(`packed ${folder}, and in one file: ${folder}.charm\n`);
} catch (error) {
  process.stderr.write(`pack:charm: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
