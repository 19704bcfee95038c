/**
 * Bundles the benchmarks and the demo's charm with the packages' sources, one file each, as a charm is shipped,
 * and runs the benchmarks with bare Node. `--help` lists the options.
 */
import { spawn } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { build } from 'esbuild';

const REQUIRE =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

const here = import.meta.dirname;
const folder = await mkdtemp(join(tmpdir(), 'baton-bench-'));
try {
  await bundle('main.ts', 'main.mjs', 'esm');
  // As the demo ships it: without the loader of ES modules, Node starts several milliseconds earlier.
  await bundle('charm.ts', 'charm.cjs', 'cjs');
  await bundle('../apps/demo/charm/src/main.ts', 'juju-charm.cjs', 'cjs', ['yaml']);
  await copyFile(
    join(here, '../packages/juju-sim/tool/hook-tool.pl'),
    join(folder, 'hook-tool.pl'),
  );
  process.exitCode = await new Promise((resolve, reject) => {
    const args = [join(folder, 'main.mjs'), ...process.argv.slice(2)];
    const child = spawn(process.execPath, args, { stdio: 'inherit' });
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
 * @param {string[]} external
 */
async function bundle(entry, outfile, format, external = []) {
  await build({
    entryPoints: [join(here, entry)],
    outfile: join(folder, outfile),
    bundle: true,
    external,
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
