/**
 * Follows the tutorial as a reader does: writes the files that it shows, types what it shows, and nothing
 * else. Only `npm install` is left out, since the packages are those of this workspace.
 */
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { afterEach, expect, test } from 'vitest';

import { root } from '../extract.mjs';
import { readPages } from '../pages.mjs';
import { Shell } from '../shell.mjs';

const FOLLOW_MS = 120_000;
const LOOK_AGAIN_MS = 100;

let shell: Shell | undefined;
let folder: string | undefined;

afterEach(async () => {
  shell?.end();
  shell = undefined;
  if (folder !== undefined) await rm(folder, { recursive: true });
  folder = undefined;
});

/** Looks again and again, as a reader does, until what is seen is what is expected. */
async function lookUntil(lines: string, isExpected: (seen: string) => boolean): Promise<string> {
  for (;;) {
    // The file may not be there yet.
    const seen = (await shell?.run(`{ ${lines}\n} || true`)) ?? '';
    if (isExpected(seen)) return seen;
    await pause(LOOK_AGAIN_MS);
  }
}

/** The events of the units, without who was first. */
function rolls(text: string): readonly string[] {
  return text.trim().split('\n').toSorted();
}

test(
  'whoever copies what the tutorial shows ends with a working charm',
  { timeout: FOLLOW_MS },
  async () => {
    const pages = await readPages(root);
    const tutorial = pages.find(({ path }) => path === 'docs/tutorial/rolling-restart.md');
    folder = await mkdtemp(join(tmpdir(), 'baton-tutorial-'));
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
    shell = new Shell(folder);
    const project = join(folder, 'first-roll');
    const fences = tutorial?.fences ?? [];
    let events = '';
    let printed = '';
    for (const [index, { language, marks, text }] of fences.entries()) {
      const file = marks.find((mark) => mark.startsWith('file='))?.slice('file='.length);
      const next = fences[index + 1];
      if (file !== undefined) {
        await writeFile(join(project, file), `${text}\n`);
      } else if (language === 'sh' && next?.language === 'text') {
        const isShown = (seen: string): boolean => rolls(seen).join() === rolls(next.text).join();
        events = await lookUntil(text, isShown);
      } else if (language === 'sh') {
        printed += await shell.run(text);
      }
    }
    expect(printed).toMatch(/\bpass 2\b/);
    expect(printed).toContain('nobody asks for one');
    const lines = events.trim().split('\n');
    expect(lines).toHaveLength(12);
    for (const [index, line] of lines.entries()) {
      const unit = lines[index - (index % 2)]?.split(' ')[0] ?? '';
      expect(line).toMatch(new RegExp(`^${unit} ${index % 2 === 0 ? 'goes down' : 'is up'}`));
    }
  },
);
