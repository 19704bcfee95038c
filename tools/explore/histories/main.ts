/** `npm run histories`: see `--help`. */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { Argument, Command } from 'commander';

import { HISTORIES } from './all.ts';
import { pageWith } from './stage/page.ts';
import { perform } from './stage/perform.ts';

const PAGE = fileURLToPath(new URL('../../../docs/explanation/histories.md', import.meta.url));

const names = HISTORIES.map(({ name }) => name);
const { args, opts } = readCommandLine();
const texts = new Map<string, string>();
for (const history of HISTORIES) {
  if (args[0] !== undefined && args[0] !== history.name) continue;
  texts.set(history.name, (await perform(history)).text);
}
if (opts.update) {
  await writeFile(PAGE, pageWith(await readFile(PAGE, 'utf8'), texts));
  console.log(`wrote ${texts.size} histories into ${PAGE}`);
} else console.log([...texts.values()].join('\n'));

function readCommandLine(): {
  readonly args: readonly string[];
  readonly opts: { readonly update: boolean };
} {
  const command = new Command('npm run histories --')
    .description('Plays short histories of an application under Baton, and prints them.')
    .addArgument(new Argument('[name]', 'only this history').choices(names))
    .option('--update', 'write them into docs/explanation/histories.md instead', false)
    .parse();
  return { args: command.args, opts: command.opts() };
}
