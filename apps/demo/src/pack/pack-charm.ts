import { chmod, copyFile, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { parse, stringify } from 'yaml';
import * as z from 'zod/mini';

import { bundle } from '../bundle.ts';

/** This package. */
const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));
/** Where `charmcraft.yaml` and `dispatch` are. */
const CHARM = join(PACKAGE, 'charm');
/** What tells a packed charm from any other folder; `dispatch` starts it. */
const START = 'charm.cjs';

/** The charm names its peer relation, so nobody reads its metadata: a third of the bundle would be for that. */
const UNUSED = ['yaml'];

const map = z.record(z.string(), z.unknown());
const charmcraftSchema = z.looseObject({
  type: z.literal('charm'),
  base: z.string(),
  platforms: map,
  config: map,
  actions: map,
});

/** What is packed. */
export interface PackOptions {
  /** Where to: a new folder, an empty one, or one with a charm packed earlier, which is replaced. */
  readonly folder: string;
  /** The folder of an unpacked Node, with `bin/node` in it, that the charm is to bring along. */
  readonly node?: string;
  /** The source of the charm's program; the demo's own unless given. */
  readonly program?: string;
}

/**
 * Packs the charm: its programs as one file each, and its metadata in the files that Juju reads.
 *
 * @throws {Error} when there is something in the folder that is no charm packed earlier
 */
export async function packCharm({
  folder,
  node,
  program = join(CHARM, 'src/main.ts'),
}: PackOptions): Promise<void> {
  await mkdir(folder, { recursive: true });
  const old = await readdir(folder);
  if (old.length > 0 && !old.includes(START)) {
    throw new Error(
      `${folder} has files that are no packed charm, and would be lost: name another folder`,
    );
  }
  for (const name of old) await rm(join(folder, name), { recursive: true });
  await Promise.all([
    bundle(join(CHARM, 'src/start.ts'), join(folder, START), 'cjs'),
    bundle(program, join(folder, 'program.cjs'), 'cjs', UNUSED),
    bundle(join(PACKAGE, 'src/workload/server.ts'), join(folder, 'server.mjs'), 'esm'),
    writeMetadata(folder),
    copyDispatch(folder),
  ]);
  if (node === undefined) return;
  await mkdir(join(folder, 'node/bin'), { recursive: true });
  await cp(join(node, 'bin/node'), join(folder, 'node/bin/node'), { dereference: true });
}

async function copyDispatch(folder: string): Promise<void> {
  await copyFile(join(CHARM, 'dispatch'), join(folder, 'dispatch'));
  await chmod(join(folder, 'dispatch'), 0o755);
}

/** Takes `charmcraft.yaml` apart, as charmcraft does when it packs. */
async function writeMetadata(folder: string): Promise<void> {
  const text = await readFile(join(CHARM, 'charmcraft.yaml'), 'utf8');
  const {
    type: _,
    base,
    platforms,
    config,
    actions,
    ...metadata
  } = charmcraftSchema.parse(parse(text));
  const [name, channel] = base.split('@');
  const bases = [{ name, channel, architectures: Object.keys(platforms) }];
  const files = { metadata, config, actions, manifest: { bases } };
  for (const [file, content] of Object.entries(files)) {
    await writeFile(join(folder, `${file}.yaml`), stringify(content));
  }
}
