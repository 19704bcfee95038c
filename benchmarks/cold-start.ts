import { execFile } from 'node:child_process';
import { stat, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { figure, type Figure } from './figure.ts';
import { medians } from './measure.ts';

const ROUNDS = 41;
const WARM_UP_ROUNDS = 3;

const start = promisify(execFile);

/**
 * What it takes to load the demo's charm, which `run.mjs` bundled into the file beside this one, in a fresh
 * process: Juju starts one for every hook.
 */
export async function coldStartFigures(): Promise<readonly Figure[]> {
  const charm = fileURLToPath(new URL('charm.cjs', import.meta.url));
  const empty = fileURLToPath(new URL('empty.cjs', import.meta.url));
  await writeFile(empty, '');
  // With NODE_EXTRA_CA_CERTS, Node 20 reads certificates at every start.
  const { NODE_EXTRA_CA_CERTS: _certificates, NODE_OPTIONS: _options, ...env } = process.env;
  const acts = [charm, empty].map((path) => async (): Promise<void> => {
    await start(process.execPath, [path], { env });
  });
  await medians(WARM_UP_ROUNDS, acts);
  const [charmMs = Number.NaN, bareMs = Number.NaN] = await medians(ROUNDS, acts);
  const kilobytes = Math.round((await stat(charm)).size / 1024);
  return [
    figure({
      name: `cold start of the demo's charm in one file (${kilobytes} KB)`,
      ms: charmMs,
      against: 'bare Node',
      againstMs: bareMs,
      compared: 'difference',
      limit: 25,
    }),
  ];
}
