import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { parseUnitName, type Explanation } from '@baton/coordinator';
import type { HookToolTransport } from '@baton/hook-tools';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { readConfig } from '../src/juju/charm-config.ts';
import { showStatus, statusOf } from '../src/juju/unit-status.ts';

const OWN = parseUnitName('db/2');

function explanation(
  own: Partial<NonNullable<Explanation['own']>>,
  ...holders: readonly string[]
): Explanation {
  return {
    lock: 'restart',
    holders: holders.map((unit) => ({
      unit: parseUnitName(unit),
      requestedAt: new Date(0),
      state: 'held',
    })),
    queue: [],
    own: { unit: OWN, state: 'waiting', ...own },
    complete: true,
    problems: [],
  };
}

describe('the status of a unit', () => {
  it.each([
    [{ place: 3 }, ['db/0'], 'waiting for the lock restart: 2 before it, held by db/0'],
    [{ place: 1 }, ['db/0', 'db/1'], 'waiting for the lock restart: next, held by db/0, db/1'],
    [{}, ['db/0'], 'waiting for the lock restart: held by db/0'],
    [{ place: 2 }, [], 'waiting for the lock restart: 1 before it'],
    [{}, [], 'waiting for the lock restart'],
  ])('while it waits, with %j and holders %j, says what is known', (own, holders, message) => {
    expect(statusOf(explanation(own, ...holders))).toEqual({ status: 'waiting', message });
  });

  it.each(['holding', 'not-asking'] as const)('is active while it is %s', (state) => {
    expect(statusOf(explanation({ state }))).toEqual({ status: 'active', message: '' });
  });

  describe('is set', () => {
    let folder: string;
    let calls: string[];
    let exitCode: number;
    const transport: HookToolTransport = {
      run: ({ tool, args }) => {
        calls.push([tool, ...args].join(' '));
        return Promise.resolve({ exitCode, stdout: '', stderr: 'ERROR it is away' });
      },
    };

    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'demo-status-'));
      calls = [];
      exitCode = 0;
    });
    afterEach(() => {
      rmSync(folder, { recursive: true, force: true });
    });

    const show = (message: string): Promise<void> =>
      showStatus(transport, join(folder, 'status'), { status: 'waiting', message });

    it('when it is another, and only then', async () => {
      for (const message of ['one', 'one', 'two', 'one']) await show(message);
      expect(calls).toEqual(['one', 'two', 'one'].map((text) => `status-set waiting ${text}`));
    });

    it('again where Juju did not take it', async () => {
      exitCode = 1;
      await expect(show('one')).rejects.toMatchObject({ code: 'FAILED' });
      exitCode = 0;
      await show('one');
      expect(calls).toHaveLength(2);
    });
  });
});

describe('the options of the charm', () => {
  const GOOD = { version: 2, policy: 'limit=2', guardian: 0 };

  it('are what the operator set', () => {
    expect(readConfig(new Map(Object.entries(GOOD)))).toEqual(GOOD);
  });

  it.each([
    ['version', 0],
    ['version', '2'],
    ['policy', 'limit=none'],
    ['guardian', -1],
  ])('are refused by name when %s is %j', (option, value) => {
    const config = new Map(Object.entries({ ...GOOD, [option]: value }));
    expect(() => readConfig(config)).toThrow(`the option ${option} is ${JSON.stringify(value)}:`);
  });
});
