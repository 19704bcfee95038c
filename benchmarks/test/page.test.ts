import { describe, expect, test } from 'vitest';

import { drawHooks } from '../page/draw-growth.ts';
import { drawHookTimes } from '../page/draw-hook-times.ts';
import { fillIn } from '../page/fill-in.ts';
import { sectionsOf, targetsOf } from '../report.ts';
import type { Results } from '../results.ts';
import { markdownTable, plainTable } from '../table.ts';
import { hookTimes, results, rollCount } from './samples.ts';

const rows = [
  ['what', 'how many'],
  ['a', '1'],
  ['bcdef', '1,000'],
];

test('a table for a terminal has its columns in line', () => {
  expect(plainTable(rows, [0])).toEqual(['what   how many', 'a             1', 'bcdef     1,000']);
});

test('a table in Markdown says which columns are numbers', () => {
  expect(markdownTable(rows, [0])).toEqual([
    '| what | how many |',
    '| --- | --: |',
    '| a | 1 |',
    '| bcdef | 1,000 |',
  ]);
});

describe('a page', () => {
  test('is filled in between the marks, and nowhere else', () => {
    const page = 'before\n<!-- begin x -->\nold\n<!-- end x -->\nafter\n';
    const filled = fillIn(page, 'x', ['new']);
    expect(filled).toBe('before\n<!-- begin x -->\n\nnew\n\n<!-- end x -->\nafter\n');
    expect(fillIn(filled, 'x', ['new'])).toBe(filled);
  });

  test('without the marks is refused', () => {
    expect(() => fillIn('<!-- end x --><!-- begin x -->', 'x', [])).toThrow(/begin x/);
  });
});

function judge(given: Partial<Results>): [string, boolean][] {
  return targetsOf({ ...results, ...given }).map(({ value, met }) => [value, met]);
}

describe('of what was to be reached', () => {
  test('the tool calls and hooks of a roll of 30 units are compared with charmhelpers', () => {
    const original = rollCount({ contestant: 'charmhelpers', hooks: 100, toolCalls: 1_000 });
    const roll = (hooks: number, toolCalls: number) => [original, rollCount({ hooks, toolCalls })];
    expect(judge({ rolls: roll(100, 100) })).toEqual([
      ['0.10 ×', true],
      ['1.00 ×', true],
    ]);
    expect(judge({ rolls: roll(101, 101) })).toEqual([
      ['0.10 ×', false],
      ['1.01 ×', false],
    ]);
  });

  test('a hook on the socket is compared with bare Node, and with charmhelpers at the cheaper tools', () => {
    // 200 ms with 40 tools of 4 ms are 196.8 ms with those of Juju.
    const hooks = hookTimes(40 + 35, 200, 40, 4);
    expect(judge({ hooks })).toEqual([
      ['+35.0 ms', true],
      [`${(75 / 196.8).toFixed(2)} ×`, false],
    ]);
    expect(judge({ hooks: hookTimes(40 + 25, 200, 40, 4) }).map(([, met]) => met)).toEqual([
      true,
      true,
    ]);
  });

  test('ten thousand hooks are explored a second', () => {
    const exploring = { hooks: 1, medianPerSecond: 1, fastestPerSecond: 20_000 };
    for (const [hooksPerSecond, told, met] of [
      [10_000, '10,000', true],
      [9_999, '9,999', false],
    ] as const)
      expect(judge({ exploring: { ...exploring, hooksPerSecond } })).toEqual([[told, met]]);
  });

  test('nothing is said of what was not measured', () => {
    expect(targetsOf(results)).toEqual([]);
    expect(sectionsOf(results)).toEqual([]);
  });
});

describe('a picture', () => {
  test('of rolls shows each contestant and the least', () => {
    const svg = drawHooks([3, 10].map((units) => rollCount({ units })));
    expect(svg).toMatch(/^<svg /);
    expect(svg).toContain('the least that Juju allows');
    expect(svg).toContain('>Baton<');
    expect(svg).not.toContain('>charmhelpers<');
  });

  test('of hooks shows how many times bare Node each takes', () => {
    const svg = drawHookTimes(hookTimes(80, 400, 40, 6));
    expect(svg).toContain('>2.0 ×<');
    expect(svg).toContain('>bare Node<');
  });
});
