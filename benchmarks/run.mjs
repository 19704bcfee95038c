/**
 * Bundles what is measured inside one process and the demo's charm with the packages' sources, one file each, as a
 * charm is shipped, and runs the benchmarks. `--help` lists the options.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { build } from 'esbuild';

const REQUIRE =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

const here = import.meta.dirname;
const folder = await mkdtemp(join(tmpdir(), 'baton-bench-'));
try {
  await bundle('in-process.ts', 'in-process.mjs', 'esm');
  // As the demo ships it: without the loader of ES modules, Node starts several milliseconds earlier.
  await bundle('charm.ts', 'charm.cjs', 'cjs');
  process.exitCode = await new Promise((resolve, reject) => {
    const loader = ['--expose-gc', '--import', 'tsx', '--conditions=@baton/source'];
    const args = [...loader, join(here, 'main.ts'), ...process.argv.slice(2)];
    const env = { ...process.env, BATON_BENCH_BUNDLE: join(folder, 'in-process.mjs') };
    const child = spawn(process.execPath, args, { stdio: 'inherit', env });
    child.once('error', reject);
    child.once('close', resolve);
  });
} finally {
  await rm(folder, { recursive: true, force: true });
}

/**
 * @param {string} entry
 * @param {string} outfile
 * @param {'esm' | 'cjs'} format
 */
async function bundle(entry, outfile, format) {
  await build({
    entryPoints: [join(here, entry)],
    outfile: join(folder, outfile),
    bundle: true,
    minify: true,
    platform: 'node',
    format,
    target: 'node20',
    conditions: ['@baton/source'],
    logLevel: 'warning',
    // Some packages that are bundled look modules of Node up by `require`, which an ES module does not have.
    ...(format === 'esm' && { banner: { js: REQUIRE } }),
  });
}
