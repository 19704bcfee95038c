import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { build } from 'esbuild';

import { BUNDLED } from '../bundled.ts';

/** A change to the code that takes one rule out. `find` stands exactly once in `file`, a path below the root. */
export interface Defect {
  /** The rule that is taken out, in the words of the protocol. */
  readonly rule: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

const ROOT = join(import.meta.dirname, '../../..');

/**
 * Bundles the explorer of one defect with the defect in it, or without any; nothing of the sources is changed.
 *
 * @throws {Error} where the code that the defect is about is not there any more
 */
export async function bundleWith(defect: Defect | undefined, outfile: string): Promise<void> {
  await build({
    ...BUNDLED,
    entryPoints: [join(import.meta.dirname, 'seeker.ts')],
    outfile,
    plugins:
      defect === undefined
        ? []
        : [
            {
              name: 'plant',
              setup(of) {
                const path = join(ROOT, defect.file);
                of.onLoad({ filter: /\.ts$/ }, async (file) =>
                  file.path === path
                    ? { contents: planted(defect, await readFile(path, 'utf8')), loader: 'ts' }
                    : undefined,
                );
              },
            },
          ],
  });
}

function planted({ rule, file, find, replace }: Defect, source: string): string {
  const parts = source.split(find);
  if (parts.length === 2) return parts.join(replace);
  throw new Error(
    `the code of "${rule}" stands ${parts.length - 1} times in ${file}, not once: mend the defect`,
  );
}
