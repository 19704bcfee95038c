import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';

import { rules } from './rules.mjs';

const HELP = `Takes each rule of the grant protocol out of a copy of packages/coordinator, one at a time, and runs the
coordinator's tests: at least one must notice.

  npm run mutants:tests -- [--only TEXT] [--jobs N]

  --only TEXT  only the rules whose words contain TEXT
  --jobs N     how many copies are tested at once (as many as there are processors where absent)
  --help       this text

Exit code 1 if the copy fails as it is, if a rule survives, or if a rule is not found in the code any more.`;

const ROOT = join(import.meta.dirname, '../..');
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs');

/** A broken program may run for ever, which counts as noticed. */
const TEST_RUN_MS_MAX = 180_000;

/** The order in which the tests are tried: quick ones first, random plays last. */
const DETERMINISTIC = [
  'test/shell',
  'test/coordinator.test.ts',
  'test/require.test.ts',
  'test/protocol',
];
const RANDOM = ['test/play'];
const PLAYS = '60';

/** A change after which the tests cannot even be loaded says nothing about them. */
class DoesNotLoad extends Error {}

/** What was started and has not ended, and where it works: a signal takes both away. */
const children = new Set();
let folder;
let stopping = false;

async function main() {
  const values = commandLine();
  if (values === undefined) return 2;
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const jobs = Number(values.jobs ?? availableParallelism());
  const chosen = rules.filter(({ rule }) => rule.includes(values.only ?? ''));
  if (chosen.length === 0 || !Number.isInteger(jobs) || jobs < 1) {
    console.error('no rule contains that text, or that is no number of jobs; see --help');
    return 2;
  }
  folder = await mkdtemp(join(tmpdir(), 'baton-mutants-'));
  try {
    return await runAll(chosen, jobs);
  } finally {
    await remove(folder);
  }
}

/** What was asked for; `undefined` where that is not understood, which is said then. */
function commandLine() {
  try {
    return parseArgs({
      options: { only: { type: 'string' }, jobs: { type: 'string' }, help: { type: 'boolean' } },
    }).values;
  } catch (error) {
    if (!String(error?.code).startsWith('ERR_PARSE_ARGS_')) throw error;
    console.error(error.message);
    return undefined;
  }
}

async function runAll(chosen, jobs) {
  const trees = await Promise.all(
    Array.from({ length: Math.min(jobs, chosen.length) }, (_, number) => copyOf(`copy-${number}`)),
  );
  const unbroken = await firstFailure(trees[0], DETERMINISTIC);
  if (unbroken !== undefined) {
    console.error(`the tests fail although no rule was taken out: ${unbroken}`);
    return 1;
  }
  const survivors = [];
  const left = [...chosen];
  const workers = await Promise.allSettled(
    trees.map(async (tree) => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        const verdict = await takeOut(tree, next);
        console.log(`${verdict.killed ? 'killed  ' : verdict.words} ${next.rule}`);
        if (verdict.killed) console.log(`           by: ${verdict.words}`);
        else survivors.push(next.rule);
      }
    }),
  );
  for (const worker of workers) if (worker.status === 'rejected') throw worker.reason;
  console.log(
    `${chosen.length - survivors.length} of ${chosen.length} rules are noticed when they are missing`,
  );
  for (const rule of survivors) console.error(`not noticed: ${rule}`);
  return survivors.length === 0 ? 0 : 1;
}

/** Copies the package, so that its tests import the copy's own source; everything else is linked. */
async function copyOf(name) {
  const tree = join(folder, name);
  const unwanted = /\/(dist|out-tsc|node_modules|found)$/;
  await mkdir(join(tree, 'packages'), { recursive: true });
  await cp(join(ROOT, 'packages/coordinator'), join(tree, 'packages/coordinator'), {
    recursive: true,
    filter: (path) => !unwanted.test(path),
  });
  await cp(join(ROOT, 'vitest.shared.mjs'), join(tree, 'vitest.shared.mjs'));
  await symlink(join(ROOT, 'node_modules'), join(tree, 'node_modules'), 'dir');
  return join(tree, 'packages/coordinator');
}

/** Applies one rule's change, runs the tests until one notices, and undoes it. */
async function takeOut(tree, { file, find, replace, noticedBy }) {
  const path = join(tree, 'src', file);
  const source = await readFile(path, 'utf8');
  const places = source.split(find).length - 1;
  if (places !== 1) return { killed: false, words: places === 0 ? 'NOT FOUND' : 'AMBIGUOUS' };
  await writeFile(
    path,
    source.replace(find, () => replace),
  );
  try {
    for (const files of [[noticedBy], DETERMINISTIC, RANDOM]) {
      const failure = await firstFailure(tree, files);
      if (failure !== undefined) return { killed: true, words: failure };
    }
    return { killed: false, words: 'SURVIVED' };
  } catch (error) {
    if (error instanceof DoesNotLoad)
      return { killed: false, words: `DOES NOT LOAD: ${error.message}` };
    throw error;
  } finally {
    await writeFile(path, source);
  }
}

/** Runs tests until one fails; gives its name, or `undefined` where all pass. */
async function firstFailure(tree, files) {
  const report = join(tree, 'report.json');
  await rm(report, { force: true });
  const options = [
    'run',
    '--pool',
    'threads',
    '--bail',
    '1',
    '--reporter',
    'json',
    '--outputFile',
    report,
  ];
  const { code, output } = await runVitest(tree, [...options, ...files]);
  if (code === undefined) return `no end within ${TEST_RUN_MS_MAX / 1000} s of ${files.join(' ')}`;
  const { testResults } = JSON.parse(await readFile(report, 'utf8').catch(() => noReport(output)));
  if (testResults.length === 0) throw new Error(`no tests in ${files.join(' ')}\n${output}`);
  for (const { name, assertionResults, status, message } of testResults) {
    const failed = assertionResults.find((test) => test.status === 'failed');
    if (failed !== undefined) return `${relative(tree, name)}: ${failed.fullName}`;
    if (status === 'failed') throw new DoesNotLoad(`${name}: ${message}`);
  }
  return code === 0 ? undefined : `an error outside a test: ${output.slice(-300)}`;
}

function noReport(output) {
  throw new Error(`vitest wrote no report:\n${output}`);
}

async function runVitest(cwd, args) {
  const env = { ...process.env, BATON_PLAYS: PLAYS };
  const child = spawn(process.execPath, [VITEST, ...args], { cwd, env, timeout: TEST_RUN_MS_MAX });
  children.add(child);
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (output += data));
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => {
        // What a signal ended has not been noticed by any test.
        if (!stopping) resolve({ code: code ?? undefined, output });
      });
    });
  } finally {
    children.delete(child);
  }
}

/** Removes a folder in which a process that was killed may just have written. */
async function remove(path) {
  await rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

async function stop() {
  stopping = true;
  for (const child of children) child.kill('SIGKILL');
  if (folder !== undefined) await remove(folder);
  process.exit(130);
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    void stop();
  });
}

process.exitCode = await main();
