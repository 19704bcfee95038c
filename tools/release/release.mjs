import { execFile } from 'node:child_process';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';

import { released, unreleased } from './changelog.mjs';

const HELP = `Versions and packs all packages together, as the version that CHANGELOG.md announces.

  npm run release -- [--dry-run | --publish]

  --dry-run  shows what would be done and changes nothing; so it is without options
  --publish  does it, and publishes; only where the environment says CI
  --help     this text

Exit code 1 if it cannot be done.`;

const ROOT = join(import.meta.dirname, '../..');
const CHANGELOG = join(ROOT, 'CHANGELOG.md');
const exec = promisify(execFile);

async function main() {
  const { values } = parseArgs({
    options: {
      'dry-run': { type: 'boolean', default: false },
      publish: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  if (values.publish && (values['dry-run'] || !isInCi())) {
    console.error(
      values['dry-run']
        ? '--dry-run and --publish exclude each other'
        : 'packages are published by CI alone, from a clean checkout: run it there, or without --publish',
    );
    return 2;
  }
  const changelog = await readFile(CHANGELOG, 'utf8');
  const { version, text } = unreleased(changelog);
  const dry = values.publish ? [] : ['--dry-run'];

  console.log(`Version ${version} of all packages\n`);
  await nx('run-many', '-t', 'build', '--projects=packages/*');
  const versioned = await nx('release', 'version', version, ...dry);
  console.log(
    versioned
      .split('\n')
      .filter((line) => line.includes('New version'))
      .join('\n'),
  );
  console.log(`\nCHANGELOG.md, ${version}:\n\n${text}\n`);
  await pack();
  if (!values.publish) {
    console.log('\nThis was a dry run: nothing was changed.');
    return 0;
  }
  await writeFile(CHANGELOG, released(changelog, new Date()));
  console.log(await nx('release', 'publish'));
  console.log(`Commit what changed, and tag it v${version}.`);
  return 0;
}

function isInCi() {
  return process.env['CI'] !== undefined && !['', '0', 'false'].includes(process.env['CI']);
}

/** Lists what each tarball would have. */
async function pack() {
  const folders = await readdir(join(ROOT, 'packages'));
  const args = ['pack', '--dry-run', '--json', ...folders.map((name) => `./packages/${name}`)];
  const { stdout } = await exec('npm', args, { cwd: ROOT, maxBuffer: 1 << 26 });
  console.log('tarball                              files   packed  unpacked');
  for (const { id, entryCount, size, unpackedSize } of JSON.parse(stdout)) {
    const numbers = `${kilobytes(size)}  ${kilobytes(unpackedSize)}`;
    console.log(`${id.padEnd(36)}${String(entryCount).padStart(6)}  ${numbers}`);
  }
}

/** @param {number} bytes */
function kilobytes(bytes) {
  return `${(bytes / 1024).toFixed(0)} KB`.padStart(8);
}

/**
 * @param {readonly string[]} args
 * @returns {Promise<string>}
 */
async function nx(...args) {
  const program = join(ROOT, 'node_modules/nx/dist/bin/nx.js');
  try {
    const { stdout } = await exec(process.execPath, [program, ...args], {
      cwd: ROOT,
      maxBuffer: 1 << 26,
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
    });
    return stdout;
  } catch (error) {
    if (!(error instanceof Error) || !('stdout' in error)) throw error;
    throw new Error(`nx ${args.join(' ')} failed:\n${String(error.stdout)}`, { cause: error });
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
