import { FAULT_RATES } from '@baton/juju-sim/virtual';
import { expect, test } from 'vitest';

import { root } from '../extract.mjs';
import { readPages } from '../pages.mjs';

test('every fault is in the table of faults, with its rate', async () => {
  const pages = await readPages(root);
  const page = pages.find(({ path }) => path === 'docs/how-to/explore-histories.md');
  const rows = [...(page?.text.matchAll(/^\| `([\w-]+)` +\| +(\d+) \|/gm) ?? [])];
  expect(rows.map(([, kind, rate]) => [kind, Number(rate)])).toEqual([...FAULT_RATES]);
});
