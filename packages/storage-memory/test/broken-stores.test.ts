import {
  lockStoreCases,
  type ConformanceCase,
  type LockStoreHarness,
} from '@baton/storage-testkit';
import { describe, expect, test } from 'vitest';

import { brokenGrants } from './broken/grants.ts';
import { brokenHooks } from './broken/hooks.ts';
import { brokenLeadership } from './broken/leadership.ts';
import { brokenSheets } from './broken/sheets.ts';
import { brokenStash } from './broken/stash.ts';
import { brokenUnits } from './broken/units.ts';
import { brokenWatching } from './broken/watching.ts';
import { memoryHarness } from './memory-harness.ts';

// The proof that the suite is worth running: each of these stores has one fault, and the suite finds it, by
// the very case that is about it. A case that finds no fault at all could be left out.
const BROKEN_STORES = [
  ...brokenSheets,
  ...brokenGrants,
  ...brokenLeadership,
  ...brokenHooks,
  ...brokenStash,
  ...brokenUnits,
  ...brokenWatching,
];

/** How long a case may wait for a callback that does not come. */
const DEADLINE_MS = 250;

describe('the suite', () => {
  for (const { name, caughtBy, setup } of BROKEN_STORES) {
    test(`catches a store that ${name}: ${caughtBy}`, async () => {
      const one = lockStoreCases.find((candidate) => nameOf(candidate) === caughtBy);
      expect(one, `there is a case called "${caughtBy}"`).toBeDefined();
      if (one === undefined) return;
      const failure = await failureOf(one, setup());
      expect(failure, 'the case fails').toBeInstanceOf(Error);
      expect(failure, 'the case fails, not the fault').not.toBeInstanceOf(TypeError);
    });
  }

  test('finds nothing wrong with the store they are made of', async () => {
    const failing: string[] = [];
    for (const one of lockStoreCases) {
      if ((await failureOf(one, memoryHarness())) !== undefined) failing.push(nameOf(one));
    }
    expect(failing).toEqual([]);
  });

  test('has no case twice, and none that catches nothing', () => {
    const names = lockStoreCases.map(nameOf);
    expect(new Set(names).size).toBe(names.length);
    const needed = new Set(BROKEN_STORES.map(({ caughtBy }) => caughtBy));
    expect(names.filter((name) => !needed.has(name))).toEqual([]);
  });
});

function nameOf(one: ConformanceCase): string {
  return `${one.topic} ${one.name}`;
}

/** Runs a case; gives what it rejected with, or an error of its own where it waits for ever. */
async function failureOf(one: ConformanceCase, harness: LockStoreHarness): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('the case waits for ever')), DEADLINE_MS);
  });
  try {
    await Promise.race([one.run(harness), deadline]);
    return undefined;
  } catch (error) {
    return error;
  } finally {
    clearTimeout(timer);
    await harness.teardown?.();
  }
}
