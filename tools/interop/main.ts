import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';

import { Argument, Command } from 'commander';

import { showBehindTheLeader } from './behind-the-leader.ts';
import { charmKinds, makeCharm, type CharmKind } from './charm-folder.ts';
import { findPython } from './python.ts';

const program = new Command('interop').description('What charmhelpers does, and what Baton does.');

program
  .command('behind-the-leader', { isDefault: true })
  .description('shows how long a unit waits behind the leader')
  .action(async () => showBehindTheLeader(await python()));

program
  .command('charm')
  .description('makes the folder of a charm, for juju-sim run')
  .addArgument(new Argument('<kind>').choices(charmKinds))
  .argument('<folder>', 'a folder that is not there yet')
  .action(async (kind: CharmKind, folder: string) => {
    const path = resolve(folder);
    await mkdir(path);
    await makeCharm(kind, path, { shared: path, python: await python() });
    console.log(`npm run juju-sim -- run ${path} --units 3 --config version=1`);
  });

await program.parseAsync();

async function python(): Promise<string> {
  const found = await findPython();
  if (found.ready) return found.folder;
  return program.error(`The original cannot be run: ${found.why}.`);
}
