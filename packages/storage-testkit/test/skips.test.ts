import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { lockStoreCases } from '@baton/storage-testkit';
import { expect, test } from 'vitest';

interface Line {
  readonly name: string;
  readonly state: string;
  readonly note?: string;
}

// A run of its own, since a skip is what the runner says of a test, not what the test sees.
test(
  'a case that needs what the backend lacks is a reported skip that says what',
  { timeout: 30_000 },
  async () => {
    const lines = await runBare();
    const found = new Map(lines.map((line) => [line.name, line]));
    expect(lines.length, 'every case is registered').toBe(lockStoreCases.length);
    for (const one of lockStoreCases) {
      const line = found.get(`${one.topic} ${one.name}`);
      const skipped = { state: 'skipped', note: `needs ${one.needs.join(', ')}` };
      const run = { state: expect.stringMatching(/^(passed|failed)$/) };
      expect(line).toMatchObject(one.needs.length > 0 ? skipped : run);
    }
  },
);

async function runBare(): Promise<readonly Line[]> {
  const vitest = dirname(createRequire(import.meta.url).resolve('vitest/package.json'));
  const root = join(import.meta.dirname, 'bare');
  const output = await new Promise<string>((resolve, reject) => {
    execFile(
      process.execPath,
      [join(vitest, 'vitest.mjs'), 'run', '--root', root],
      { env: { ...process.env, CI: '1' } },
      (error, stdout, stderr) => {
        // The run fails on purpose: the bare store can do nothing.
        if (error !== null && error.code !== 1) reject(new Error(stderr, { cause: error }));
        else resolve(stdout);
      },
    );
  });
  return output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line): Line => JSON.parse(line));
}
