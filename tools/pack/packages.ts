import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { mustRun } from './run.ts';

/** The root of the workspace. */
export const root: string = fileURLToPath(new URL('../../', import.meta.url));

/** One package of the family. */
export interface Package {
  /** Its folder in `packages/`. */
  readonly folder: string;
  /** What it is imported by. */
  readonly name: string;
  /** The packages of the family that it needs, by name. */
  readonly needs: readonly string[];
}

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** The folders of all packages, in order. */
export async function packageFolders(): Promise<readonly string[]> {
  return (await readdir(join(root, 'packages'))).toSorted();
}

/** Reads what packages of these folders say of themselves. */
export async function readPackages(folders: readonly string[]): Promise<readonly Package[]> {
  return Promise.all(
    folders.map(async (folder) => {
      const { name, dependencies = {} } = await readManifest(folder);
      const needs = Object.keys(dependencies).filter((other) => other.startsWith('@baton/'));
      return { folder, name, needs };
    }),
  );
}

/** Builds packages, and packs them into `target`; gives the tarball of each name. */
export async function packAll(
  packages: readonly Package[],
  target: string,
): Promise<ReadonlyMap<string, string>> {
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const projects = packages.map(({ folder }) => `packages/${folder}/tsconfig.lib.json`);
  await mustRun(root, process.execPath, [compiler, '-b', ...projects]);
  const folders = packages.map(({ folder }) => `./packages/${folder}`);
  const packed = await mustRun(root, 'npm', [
    'pack',
    '--json',
    '--silent',
    '--pack-destination',
    target,
    ...folders,
  ]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what npm prints with --json
  const tarballs = JSON.parse(packed) as readonly {
    readonly name: string;
    readonly filename: string;
  }[];
  return new Map(tarballs.map(({ name, filename }) => [name, join(target, filename)]));
}

async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(root, 'packages', folder, 'package.json'), 'utf8');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a package.json of this workspace
  return JSON.parse(text) as Manifest;
}
