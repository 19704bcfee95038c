import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { bundle } from './bundle.ts';

/** The programs that the demo starts. */
export interface Programs {
  readonly agent: string;
  readonly server: string;
}

/** Bundles the agent and the server into one file each, as a charm is shipped. */
export async function bundlePrograms(folder: string): Promise<Programs> {
  const here = fileURLToPath(import.meta.url);
  const source = (name: string): string => join(here, '..', name + extname(here));
  const programs = { agent: join(folder, 'agent.cjs'), server: join(folder, 'server.mjs') };
  await bundle(source('agent'), programs.agent, 'cjs');
  await bundle(source('workload/server'), programs.server, 'esm');
  return programs;
}
