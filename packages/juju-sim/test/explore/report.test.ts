import { describe, expect, test } from 'vitest';

import { countersText, failureText } from '../../src/explore/report.ts';
import type { TraceEvent } from '../../src/virtual/trace.ts';

/** So many events of a trace. */
function events(count: number): TraceEvent[] {
  return Array.from({ length: count }, (_, at) => ({
    atMs: at,
    unit: '',
    hook: '',
    text: `no ${at};`,
  }));
}

describe('a failure is told', () => {
  const ending = { result: 'safety', promise: 'one at a time', message: 'two are' } as const;
  const failure = { juju: '3.6', seed: 1, died: false, ending } as const;
  const shortest = {
    ...ending,
    units: 2,
    start: 'settled',
    moves: ['one'],
    movesBefore: 1_500,
    tried: 2_000,
    cutShort: true,
  } as const;
  const options = {
    scenario: 'it.ts',
    juju: ['3.6'],
    first: 1,
    seeds: 1,
    units: { least: 2, most: 2 },
    workers: 1,
    historyMsMax: 1,
  } as const;

  test('with how long was searched, if time was over before the end', () => {
    const text = failureText({ failure, shortest, trace: events(3) }, options, 'again', false);
    expect(text).toContain(
      '  shortest history: 2 units from a settled start, 1 of 1500 moves (2,000 tried, and time was over)\n',
    );
  });

  test('without the middle of a long trace, unless all of it is wanted', () => {
    const explanation = { failure, shortest, trace: events(1_700) };
    const short = failureText(explanation, options, 'again', false);
    expect(short).toMatch(/no 299;\n +\.\.\. {2}1,100 events are left out here.*\n.* no 1400;\n/);
    const whole = failureText(explanation, options, 'again', true);
    expect(whole).toContain(' no 850;\n');
    expect(whole).not.toContain('left out');
  });
});

test('what took no time has no speed', () => {
  expect(countersText({ seeds: 1, hooks: 12_345, toolCalls: 0, ms: 0 })).toBe(
    '1 seed, 12,345 hooks explored, 0 tool calls, 0.0 s, 0 hooks a second',
  );
});
