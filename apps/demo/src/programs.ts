import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

/** The programs that the demo starts. */
export interface Programs {
  readonly agent: string;
  readonly server: string;
}

/**
 * Bundles the agent and the server into one file each, as a charm is shipped: a bundle starts several times
 * faster than the modules it is made of.
 */
export async function bundlePrograms(folder: string): Promise<Programs> {
  const here = fileURLToPath(import.meta.url);
  const source = (name: string): string => join(here, '..', name + extname(here));
  await build({
    entryPoints: { agent: source('agent'), server: source('workload/server') },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@baton/source'],
    logLevel: 'silent',
  });
  return { agent: join(folder, 'agent.mjs'), server: join(folder, 'server.mjs') };
}
