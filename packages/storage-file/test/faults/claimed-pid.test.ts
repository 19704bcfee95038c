import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { inspectDirectory } from '../../src/index.ts';
import { hook, newDirectory, newStore } from '../places.ts';

/** No process has an id of more than 31 bits, and Node refuses to ask for one with a TypeError. */
test.each(['claim.db%2f0.1', 'leader.1'])(
  'a process id in %s that no process can have is told as a damaged file',
  async (file) => {
    const directory = newDirectory();
    const { store } = newStore(directory, 'db/0');
    await hook(store, (session) => session.leadership());
    const path = join(store.path, file);
    const whole = readFileSync(path, 'utf8');
    writeFileSync(path, whole.replace(/"pid":\d+/, '"pid":2147483648'));

    const { problems } = await inspectDirectory(directory);

    expect(problems.map((problem) => problem.path)).toContain(path);
    writeFileSync(path, whole);
  },
);
