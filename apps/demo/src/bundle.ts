import { build, type Format } from 'esbuild';

/**
 * Bundles a program into one file, as a charm is shipped: that starts several times faster than the modules
 * it is made of. As `cjs` it starts several milliseconds earlier still, without the loader of ES modules.
 * What is `leftOut` must never be loaded: packages that the program has no use for.
 */
export async function bundle(
  program: string,
  outfile: string,
  format: Format,
  leftOut: readonly string[] = [],
): Promise<void> {
  await build({
    entryPoints: [program],
    outfile,
    bundle: true,
    platform: 'node',
    format,
    target: 'node20',
    external: [...leftOut],
    // No code is kept of a bundle in CommonJS that imports late: see `runBundle`.
    supported: { 'dynamic-import': format !== 'cjs' },
    // Names stay as they are, for the sake of whoever reads a stack in Juju's log.
    minifyWhitespace: true,
    minifySyntax: true,
    conditions: ['@baton/source'],
    logLevel: 'silent',
  });
}
