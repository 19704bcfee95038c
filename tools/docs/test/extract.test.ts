import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, describe, expect, test } from 'vitest';

import { declaredCodes, describedCodes } from '../error-codes.mjs';
import { examplesOf, root, writeExamples } from '../extract.mjs';
import { brokenLinks, missingTests } from '../links.mjs';
import { parsePage } from '../pages.mjs';

const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

function page(...lines: string[]): ReturnType<typeof parsePage> {
  return parsePage('docs/page.md', lines.join('\n'));
}

describe('a ts block', () => {
  test('is a module whose lines are where they are in the page', () => {
    const [example] = examplesOf(page('# Page', '', '```ts', 'export {};', '```'));
    expect(example).toMatchObject({ line: 3, code: '\n\n\nexport {};\n', run: false });
  });

  test('that is continued goes on with the one before', () => {
    const [, second] = examplesOf(
      page('```ts', 'const a = 1;', '```', 'and', '```ts continued run', 'a;', '```'),
    );
    expect(second).toMatchObject({ code: '\nconst a = 1;\n\n\n\na;\n', run: true });
  });

  test('must print the text block that says so, and nothing where none does', () => {
    const silent = ['```ts run', '1;', '```', 'Then', '```text', 'one', '```'];
    const loud = ['```ts run', '1;', '```', 'It prints:', '```text', 'one', '```'];
    expect(examplesOf(page(...silent))[0]?.prints).toBeUndefined();
    expect(examplesOf(page(...loud))[0]?.prints).toBe('one\n');
  });

  test('may not say what nobody knows', () => {
    expect(() => examplesOf(page('```ts runn', '```'))).toThrow('docs/page.md:1');
    expect(() => examplesOf(page('```ts continued', '```'))).toThrow('no block before');
  });

  test('that is a file finds the files that its page named before, in their latest form', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'baton-extract-'));
    folders.push(folder);
    const written = await writeExamples(folder, [
      page(
        '```ts file=charm.ts\n1;\n```',
        '```ts file=charm.ts\n2;\n```',
        '```ts file=main.ts\n3;\n```',
      ),
    ]);
    const [first, , third] = written.map(({ path }) => join(path, '..', 'charm.ts'));
    expect((await readFile(first ?? '', 'utf8')).trim()).toBe('1;');
    expect((await readFile(third ?? '', 'utf8')).trim()).toBe('2;');
  });
});

describe('a link', () => {
  const target = parsePage('docs/other.md', '# A `b` c\n\n# A b c\n');

  test.each([
    ['[to a page](other.md)', 0],
    ['[to a heading](other.md#a-b-c)', 0],
    ['[to the second of that name](other.md#a-b-c-1)', 0],
    ['[to its own page](#page)', 0],
    ['[to a file](../package.json)', 0],
    ['[elsewhere](https://example.org/nowhere)', 0],
    ['[to no page](another.md)', 1],
    ['[to no heading](other.md#d)', 1],
    ['![to no picture](picture.svg)', 1],
  ])('%s: %d broken', async (text, broken) => {
    const found = await brokenLinks(root, [page('# Page', '', text), target]);
    expect(found).toHaveLength(broken);
  });
});

test('a test that a page names has to be in the file', async () => {
  const url = '../tools/docs/test/extract.test.ts';
  const absent = 'such';
  const named = page(`[a test that a page names has to be in the file](${url})`);
  expect(await missingTests(root, named)).toEqual([]);
  expect(await missingTests(root, page(`[no ${absent} test](${url})`))).toHaveLength(1);
});

describe('error codes', () => {
  test('are read from the source', async () => {
    const codes = await declaredCodes(root);
    expect(codes).toContain('LockStoreError: NOT_LEADER');
    expect(codes).toContain('CoordinatorError: POLICY_FAILED');
  });

  test('are described by headings', () => {
    const headings = ['# Errors', '## LockStoreError', '### LockStoreError: CORRUPT'];
    expect([...describedCodes(page(...headings))]).toEqual(['LockStoreError: CORRUPT']);
  });
});
