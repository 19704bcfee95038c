/** Bundles what `npm run explore` runs: `juju-sim`, its worker, and the scenario that plays Baton. */
import { join } from 'node:path';

import { build } from 'esbuild';

import { BUNDLED } from './bundled.ts';

const ROOT = join(import.meta.dirname, '../..');

await build({
  ...BUNDLED,
  entryPoints: {
    'juju-sim': join(ROOT, 'packages/juju-sim/src/cli/main.ts'),
    worker: join(ROOT, 'packages/juju-sim/src/explore/worker.ts'),
    baton: join(ROOT, 'tools/explore/baton/subject.ts'),
  },
  outdir: join(ROOT, 'node_modules/.cache/explore'),
  outExtension: { '.js': '.mjs' },
  // The worker and the scenario are to mean the same classes.
  splitting: true,
});
