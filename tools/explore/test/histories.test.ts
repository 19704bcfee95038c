import { readFile } from 'node:fs/promises';

import { describe, expect, test } from 'vitest';

import { HISTORIES } from '../histories/all.ts';
import { pageWith, shownOn } from '../histories/stage/page.ts';
import { perform } from '../histories/stage/perform.ts';

const PAGE = new URL('../../../docs/explanation/histories.md', import.meta.url);

const page = await readFile(PAGE, 'utf8');
const shown = shownOn(page);

test('the page shows every history and no other', () => {
  expect([...shown.keys()].toSorted()).toEqual(HISTORIES.map(({ name }) => name).toSorted());
});

describe.each(HISTORIES)('$name', (history) => {
  // More units at work than may be end the history with an error.
  test('comes to its end with the work done that it is about, and nobody left over', async () => {
    const { worked, holders } = await perform(history);
    expect({ worked, holders }).toEqual({ worked: history.worked, holders: history.holders });
  });

  test('goes as the page shows it; `npm run histories -- --update` rewrites the page', async () => {
    const { text } = await perform(history);
    expect(shown.get(history.name)).toBe(text);
  });
});

test('a page keeps everything but its blocks', () => {
  const before = 'A\n\n```text history=one\nold\n```\n\n```text history=two\nstays\n```\n\nB\n';
  const after = pageWith(before, new Map([['one', 'new\n']]));
  expect(after).toBe(before.replace('old', 'new'));
  expect(shownOn(after)).toEqual(
    new Map([
      ['one', 'new\n'],
      ['two', 'stays\n'],
    ]),
  );
});
