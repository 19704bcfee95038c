import type { BuildOptions } from 'esbuild';

/** How the programs of these tests become one file each, as charms are shipped. */
export const BUNDLED = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  conditions: ['@baton/source'],
  logLevel: 'silent',
} as const satisfies BuildOptions;
