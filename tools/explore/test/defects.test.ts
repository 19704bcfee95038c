import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { DEFECTS } from '../defects/defects.ts';
import { foundSchema, type Found } from '../defects/found.ts';
import { bundleWith, type Defect } from '../defects/plant.ts';
import { tableOf } from '../defects/table.ts';

const ROOT = join(import.meta.dirname, '../../..');

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'defects-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function seek(defect: Defect | undefined, seeds: number): Promise<Found> {
  const program = join(folder, 'seeker.mjs');
  await bundleWith(defect, program);
  const { stdout } = await promisify(execFile)(process.execPath, [program, '1', String(seeds)]);
  return foundSchema.parse(JSON.parse(stdout));
}

describe('a defect', () => {
  test.each(DEFECTS.map((defect) => [defect.rule, defect] as const))(
    'has its place in the code: %s',
    async (_rule, { file, find, replace }) => {
      const source = await readFile(join(ROOT, file), 'utf8');
      expect(source.split(find)).toHaveLength(2);
      expect(replace).not.toBe(find);
    },
  );

  test('is found, and nothing is found without it', async () => {
    const [held] = DEFECTS;
    const { broken } = await seek(held, 5);
    expect(broken).toMatchObject({ seed: 1, result: 'crash' });
    expect(await seek(undefined, 5)).toEqual({ seeds: 5, hooks: expect.any(Number) });
  });

  test('whose code is not there any more is told of, not planted', async () => {
    const lost: Defect = {
      rule: 'a rule',
      file: 'packages/coordinator/src/protocol/decide.ts',
      find: 'no such code',
      replace: '',
    };
    await expect(bundleWith(lost, join(folder, 'seeker.mjs'))).rejects.toThrow(/stands 0 times/);
  });
});

function named(rule: string): Defect {
  return { rule, file: '', find: 'a', replace: 'b' };
}

test('the table tells how many seeds it took, and which rule was not missed', () => {
  const broken = {
    seed: 12,
    juju: '4.0',
    result: 'safety',
    promise: 'one at a time',
    message: '',
  } as const;
  expect(
    tableOf([
      { defect: named('the first'), found: { seeds: 12, hooks: 1, broken } },
      { defect: named('the second'), found: { seeds: 500, hooks: 1, broken: undefined } },
    ]),
  ).toBe(
    [
      ' seeds  Juju  what broke             the rule that was taken out',
      '    12  4.0   safety: one at a time  the first',
      '     -        nothing in 500 seeds   the second',
      '',
    ].join('\n'),
  );
});
