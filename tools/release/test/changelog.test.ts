import { readFile } from 'node:fs/promises';

import { expect, test } from 'vitest';

import { released, unreleased } from '../changelog.mjs';

const CHANGELOG = `# Changelog

## Unreleased: 0.2.0

### Added

- One thing.

## 0.1.0 - 2026-01-01

### Added

- Another.
`;

test('the version and what is said of it are those of the heading that announces it', () => {
  expect(unreleased(CHANGELOG)).toEqual({ version: '0.2.0', text: '### Added\n\n- One thing.' });
});

test.each([
  ['announces nothing', '# Changelog\n', 'announces no release'],
  ['announces no version', '## Unreleased\n\n- One thing.\n', 'announces no release'],
  [
    'says nothing of it',
    '## Unreleased: 0.2.0\n\n## 0.1.0\n\n- Another.\n',
    'says nothing of 0.2.0',
  ],
])('a changelog that %s is refused', (_what, changelog, message) => {
  expect(() => unreleased(changelog)).toThrow(message);
});

test('a release is dated, and announces nothing any more', () => {
  const after = released(CHANGELOG, new Date('2026-03-04T23:00:00Z'));
  expect(after).toBe(CHANGELOG.replace('Unreleased: 0.2.0', '0.2.0 - 2026-03-04'));
  expect(() => unreleased(after)).toThrow('announces no release');
});

test("the repository's own changelog announces a release", async () => {
  const path = new URL('../../../CHANGELOG.md', import.meta.url);
  expect(unreleased(await readFile(path, 'utf8')).version).toMatch(/^\d+\.\d+\.\d+$/);
});
