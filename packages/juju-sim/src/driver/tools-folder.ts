import { accessSync, constants } from 'node:fs';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** What the hook tools on the PATH are written in. */
export type ToolLanguage = 'perl' | 'node';

/**
 * Makes the folder of hook tools: one small program under every tool's name. It is in Perl, which starts
 * five times as fast as Node, and in Node where there is no Perl.
 */
export async function makeToolsFolder(
  folder: string,
  names: readonly string[],
  language?: ToolLanguage,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const perl = language === 'node' ? undefined : findProgram('perl');
  const [source, program] =
    perl === undefined ? ['hook-tool.mjs', process.execPath] : ['hook-tool.pl', perl];
  const text = await readFile(new URL(`../../tool/${source}`, import.meta.url), 'utf8');
  // The suffix tells Node that the program is a module; its links have no suffix but lead to it.
  await writeFile(join(folder, source), `#!${program}\n${text.replace(/^#!.*\n/, '')}`, {
    mode: 0o755,
  });
  await Promise.all(names.map((name) => symlink(source, join(folder, name))));
}

function findProgram(name: string): string | undefined {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}
