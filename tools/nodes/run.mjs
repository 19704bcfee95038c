import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';

const HELP = `Runs the tests on every version of Node that the packages support.

  npm run test:nodes -- [--only VERSION] [-- ARGUMENTS OF VITEST]

  --only VERSION  only this version, such as 22; may be given several times
  --help          this text

The first version runs everything. The later ones run what tests the packages, and the last one the demo as well,
unless arguments are given. The versions come from the npm package \`node\`. Exit code 1 if a test fails on one of them.`;

/** The oldest release that `engines` allows, and the newest of each later line. */
const VERSIONS = ['20.19', '22', '24', '26'];

const ROOT = join(import.meta.dirname, '../..');
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs');

/**
 * Where the tests are that run on every version: those of what is published, as source and as it is installed. The rest
 * takes longer than these and says little more of a later version.
 */
const ON_EVERY_VERSION = ['packages', 'tools/pack'];

/** Which besides run on the last version: those of what readers start first. */
const ON_LAST_VERSION = ['apps'];

/**
 * What became of the suite on one version.
 *
 * @typedef {object} Result
 * @property {string} version
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {number} seconds
 * @property {readonly string[]} failures
 */

async function main() {
  const { values, positionals } = parseArgs({
    options: {
      only: { type: 'string', multiple: true, default: VERSIONS },
      help: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const unknown = values.only.filter((version) => !VERSIONS.some((each) => isOf(version, each)));
  if (unknown.length > 0) {
    console.error(`unknown version ${unknown.join(', ')}: expected some of ${VERSIONS.join(', ')}`);
    return 2;
  }
  const versions = VERSIONS.filter((each) => values.only.some((version) => isOf(version, each)));
  const folder = await mkdtemp(join(tmpdir(), 'baton-nodes-'));
  try {
    /** @type {Result[]} */
    const results = [];
    for (const version of versions) {
      const args = positionals.length > 0 ? positionals : foldersOn(version, versions);
      const result = await runOn(version, args, folder);
      results.push(result);
      for (const failure of result.failures) console.log(`  ${result.version} failed: ${failure}`);
    }
    return sumUp(results);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Where the tests are that run on a version; all where none is named.
 *
 * @param {string} version
 * @param {readonly string[]} versions
 */
function foldersOn(version, versions) {
  if (version === versions[0]) return [];
  const more = version === versions.at(-1) ? ON_LAST_VERSION : [];
  return [...ON_EVERY_VERSION, ...more].map((folder) => join(ROOT, folder, '/'));
}

/**
 * @param {string} wanted
 * @param {string} version
 */
function isOf(wanted, version) {
  return version === wanted || version.startsWith(`${wanted}.`);
}

/**
 * @param {string} version
 * @param {readonly string[]} args
 * @param {string} folder
 * @returns {Promise<Result>}
 */
async function runOn(version, args, folder) {
  const found = await run('npx', ['-y', '-p', `node@${version}`, 'node', '-p', 'process.execPath']);
  const node = found.stdout.trim().split('\n').at(-1) ?? '';
  if (found.code !== 0 || node === '') {
    throw new Error(`Node ${version} cannot be installed: ${found.stderr}`);
  }
  const { stdout: name } = await run(node, ['--version']);
  console.log(`Node ${name.trim()}: running the suite`);
  const report = join(folder, `${version}.json`);
  const started = performance.now();
  // What tests start by name, such as npm, runs on this version too.
  const path = [dirname(node), process.env['PATH'] ?? ''].join(delimiter);
  const output = await run(
    node,
    [VITEST, 'run', '--reporter=json', `--outputFile.json=${report}`, ...args],
    { ...process.env, PATH: path },
  );
  const seconds = (performance.now() - started) / 1000;
  return { version: name.trim(), seconds, ...(await readReport(report, output)) };
}

/**
 * @param {string} path
 * @param {{ readonly code: number | null, readonly stdout: string, readonly stderr: string }} output
 * @returns {Promise<Omit<Result, 'version' | 'seconds'>>}
 */
async function readReport(path, { code, stdout, stderr }) {
  let report;
  try {
    report = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    const why = `the suite wrote no report and ended with ${code}: ${stdout}${stderr}`;
    return { passed: 0, failed: 1, skipped: 0, failures: [why] };
  }
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = report;
  const failures = [];
  for (const { name, status, message, assertionResults } of testResults) {
    const file = relative(ROOT, name);
    for (const test of assertionResults) {
      if (test.status === 'failed') {
        failures.push(`${file}: ${test.fullName}: ${firstLine(test.failureMessages.join(' '))}`);
      }
    }
    const ran = assertionResults.some((/** @type {any} */ test) => test.status === 'failed');
    if (status === 'failed' && !ran) failures.push(`${file}: ${firstLine(message)}`);
  }
  // A file that cannot be loaded and an error outside tests count too, since the suite fails.
  const failed = Math.max(numFailedTests, failures.length, code === 0 ? 0 : 1);
  if (failed > failures.length) failures.push(firstLine(stderr));
  return { passed: numPassedTests, failed, skipped: numPendingTests + numTodoTests, failures };
}

/** @param {string} text */
function firstLine(text) {
  return text.split('\n', 1)[0] ?? '';
}

/**
 * Prints the table and the sum; gives the exit code.
 *
 * @param {readonly Result[]} results
 */
function sumUp(results) {
  console.log('\nNode        passed  failed  skipped  seconds');
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const { version, passed, failed, skipped, seconds } of results) {
    const cells = [`${passed}`.padStart(6), `${failed}`.padStart(6), `${skipped}`.padStart(7)];
    console.log(`${version.padEnd(12)}${cells.join('  ')}  ${seconds.toFixed(0).padStart(7)}`);
    sum.passed += passed;
    sum.failed += failed;
    sum.skipped += skipped;
  }
  console.log(`\n${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
  return sum.failed === 0 && sum.passed > 0 ? 0 : 1;
}

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<{ readonly code: number | null, readonly stdout: string, readonly stderr: string }>}
 */
function run(program, args, env = process.env) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

process.exitCode = await main();
