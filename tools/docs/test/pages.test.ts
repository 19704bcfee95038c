import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { declaredCodes, describedCodes } from '../error-codes.mjs';
import { root } from '../extract.mjs';
import { brokenLinks, missingTests } from '../links.mjs';
import { readPages } from '../pages.mjs';

const pages = await readPages(root);

test('every link to a file or a heading leads there', async () => {
  expect(await brokenLinks(root, pages)).toEqual([]);
});

test('every test that is named exists', async () => {
  const missing = await Promise.all(pages.map((page) => missingTests(root, page)));
  expect(missing.flat()).toEqual([]);
});

test('every error code is described, and no other', async () => {
  const errors = pages.find(({ path }) => path === 'docs/reference/errors.md');
  const described = errors === undefined ? new Set<string>() : describedCodes(errors);
  expect([...described].toSorted()).toEqual([...(await declaredCodes(root))].toSorted());
});

test('every npm script that is shown exists', async () => {
  const manifest: unknown = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const shown = pages.flatMap(({ text }) => [...text.matchAll(/npm run ([a-z][\w:-]*)/g)]);
  for (const [, name = ''] of shown) expect(manifest).toHaveProperty(['scripts', name]);
});

test('every page of docs/ can be reached from its index', () => {
  const linked = new Set(
    pages.find(({ path }) => path === 'docs/README.md')?.links.map(({ url }) => `docs/${url}`),
  );
  const lost = pages
    .map(({ path }) => path)
    .filter((path) => path.startsWith('docs/') && path !== 'docs/README.md' && !linked.has(path));
  expect(lost).toEqual([]);
});
