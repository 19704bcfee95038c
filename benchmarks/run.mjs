/**
 * Bundles the benchmarks and the demo's charm with the packages' sources, one file each, as a charm is shipped,
 * and runs the benchmarks with bare Node. `--help` lists the options.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { build } from 'esbuild';

const here = import.meta.dirname;
const folder = await mkdtemp(join(tmpdir(), 'baton-bench-'));
try {
  await build({
    entryPoints: [join(here, 'main.ts'), join(here, 'charm.ts')],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@baton/source'],
    logLevel: 'warning',
  });
  process.exitCode = await new Promise((resolve, reject) => {
    const args = [join(folder, 'main.mjs'), ...process.argv.slice(2)];
    const child = spawn(process.execPath, args, { stdio: 'inherit' });
    child.once('error', reject);
    child.once('close', resolve);
  });
} finally {
  await rm(folder, { recursive: true, force: true });
}
