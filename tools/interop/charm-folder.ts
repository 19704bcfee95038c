import { chmod, cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build, type OutputFile } from 'esbuild';

/**
 * What a charm asks for its locks: the original in Python; what is written in Python today; Baton; Baton
 * in an application that has units with the original.
 */
export const charmKinds = ['charmhelpers', 'rollingops', 'baton', 'baton-beside'] as const;

/** One of {@link charmKinds}. */
export type CharmKind = (typeof charmKinds)[number];

/** Where the units of an application meet, and what their charm runs with. */
export interface CharmParts {
  /** The folder of the witness, shared by all units. */
  readonly shared: string;
  /** The folder of the virtual environment, for charms in Python. */
  readonly python: string | undefined;
}

const charms = fileURLToPath(new URL('charms', import.meta.url));

/**
 * Makes the folder of a charm as it would be deployed. All kinds are one charm to Juju: a unit may be
 * refreshed from one to another.
 */
export async function makeCharm(
  kind: CharmKind,
  folder: string,
  { shared, python }: CharmParts,
): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const file of ['metadata.yaml', 'config.yaml', 'actions.yaml', 'actions'])
    await cp(join(charms, 'common', file), join(folder, file), { recursive: true });
  await writeFile(join(folder, 'shared-folder'), shared);
  if (kind === 'baton' || kind === 'baton-beside') await makeBaton(kind, folder);
  else await makePython(kind, folder, python);
  return folder;
}

async function makePython(
  kind: CharmKind,
  folder: string,
  python: string | undefined,
): Promise<void> {
  if (python === undefined) throw new Error(`a charm with ${kind} needs a Python`);
  await cp(join(charms, kind), folder, { recursive: true });
  await cp(join(charms, 'common', 'restart.py'), join(folder, 'src', 'restart.py'));
  await symlink(python, join(folder, 'venv'));
  await writeDispatch(folder, [
    // Without it a module of setuptools stands in for Python's own distutils, and takes 0.2 s to load.
    'if [ -d venv/lib/python3.10 ] || [ -d venv/lib/python3.11 ]; then export SETUPTOOLS_USE_DISTUTILS=stdlib; fi',
    'export PYTHONPATH="$PWD/lib" PYTHONDONTWRITEBYTECODE=1 PYTHONWARNINGS=ignore',
    'exec venv/bin/python src/charm.py',
  ]);
}

async function makeBaton(kind: 'baton' | 'baton-beside', folder: string): Promise<void> {
  const bundle = bundles.get(kind) ?? makeBundle(kind);
  bundles.set(kind, bundle);
  await mkdir(join(folder, 'src'));
  for (const { path, contents } of await bundle)
    await writeFile(join(folder, 'src', basename(path)), contents);
  await writeDispatch(folder, [`exec '${process.execPath}' src/start.cjs`]);
}

/** The bundles that this process has made. */
const bundles = new Map<CharmKind, Promise<readonly OutputFile[]>>();

async function makeBundle(kind: 'baton' | 'baton-beside'): Promise<readonly OutputFile[]> {
  const { outputFiles } = await build({
    entryPoints: ['start.ts', 'charm.ts'].map((file) => join(charms, 'baton', file)),
    outdir: 'src',
    outExtension: { '.js': '.cjs' },
    write: false,
    bundle: true,
    minifySyntax: true,
    minifyWhitespace: true,
    platform: 'node',
    // As the demo ships it: without the loader of ES modules, Node starts several milliseconds earlier.
    format: 'cjs',
    target: 'node20',
    conditions: ['@baton/source'],
    // The peer relation is found without it in metadata as plain as this charm's: a third of the file.
    external: ['yaml'],
    // No code is kept of a bundle that imports late.
    supported: { 'dynamic-import': false },
    define: { beside: String(kind === 'baton-beside') },
    logLevel: 'silent',
  });
  return outputFiles;
}

async function writeDispatch(folder: string, lines: readonly string[]): Promise<void> {
  const actions = 'case $JUJU_DISPATCH_PATH in actions/*) exec "./$JUJU_DISPATCH_PATH";; esac';
  const path = join(folder, 'dispatch');
  await writeFile(path, ['#!/bin/sh', actions, ...lines, ''].join('\n'));
  await chmod(path, 0o755);
}
