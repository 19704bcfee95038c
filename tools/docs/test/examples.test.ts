import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { outFolder, root, writeExamples } from '../extract.mjs';
import { readPages } from '../pages.mjs';
import { run, runModule } from '../run.mjs';

const COMPILE_MS = 120_000;
const RUN_MS = 60_000;

const pages = await readPages(root);
const examples = await writeExamples(outFolder, pages);

describe('the code in the documentation', () => {
  test('is there', () => {
    expect(examples.length).toBeGreaterThan(10);
  });

  test('compiles, all of it', { timeout: COMPILE_MS }, async () => {
    const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const project = join(outFolder, 'tsconfig.json');
    const { stdout } = await run(process.execPath, [compiler, '-p', project, '--pretty', 'false'], {
      cwd: outFolder,
    });
    // What is wrong inside a package is for that package's own check to say.
    const errors = stdout.replaceAll(/^\.\..*\n(?: .*\n)*/gm, '');
    expect(errors).toBe('');
  });

  describe('runs, where it says so', () => {
    for (const example of examples.filter((each) => each.run)) {
      test(`${example.page}:${example.line}`, { timeout: RUN_MS }, async () => {
        const ending = await runModule(example.path);
        expect(ending).toMatchObject({ code: 0, stdout: example.prints ?? ending.stdout });
      });
    }
  });
});
