import { describe, expect, it } from 'vitest';

import type { DemoOptions } from '../src/options.ts';
import { describeReport, makeReport, type Facts } from '../src/report.ts';

const OPTIONS: DemoOptions = {
  units: 2,
  store: 'file',
  juju: '3.6',
  policy: 'serial',
  json: false,
  out: 'roll.svg',
};

const FACTS: Facts = {
  units: ['web/0', 'web/1'],
  order: ['web/1', 'web/0'],
  repeated: {},
  mostDown: 1,
  requests: { answered: 100, retried: 4, failed: 0 },
  rollMs: 2_345,
  victim: undefined,
};

describe('makeReport', () => {
  it('is content when all were restarted, within the policy, without a failed request', () => {
    const report = makeReport(OPTIONS, FACTS, 'roll.svg');
    expect(report).toMatchObject({ ok: true, problems: [], restarted: 2, allowedDown: 1 });
  });

  it.each([
    ['more servers were down than allowed', { mostDown: 2 }, /2 servers were down at once/],
    ['a request failed', { requests: { answered: 9, retried: 1, failed: 1 } }, /1 requests failed/],
    ['nothing was called', { requests: { answered: 0, retried: 0, failed: 0 } }, /no request/],
    ['a unit was left out', { order: ['web/1'] }, /never restarted: web\/0/],
  ])('is not content when %s', (_what, facts: Partial<Facts>, problem) => {
    const report = makeReport(OPTIONS, { ...FACTS, ...facts }, 'roll.svg');
    expect(report.ok).toBe(false);
    expect(report.problems).toEqual([expect.stringMatching(problem)]);
    expect(describeReport(report)).toContain(`FAILED: ${report.problems[0]}`);
  });

  it('is not content when nobody was killed who should have been', () => {
    const report = makeReport({ ...OPTIONS, kill: 'leader' }, FACTS, 'roll.svg');
    expect(report.problems).toEqual([expect.stringContaining('no occasion')]);
  });

  it('takes work that was done twice for no fault, and says it', () => {
    const facts: Facts = { ...FACTS, repeated: { 'web/1': 2 }, victim: 'web/1' };
    const report = makeReport({ ...OPTIONS, kill: 'holder' }, facts, 'roll.svg');
    expect(report.ok).toBe(true);
    expect(report.killed).toEqual({ role: 'holder', unit: 'web/1' });
    expect(describeReport(report)).toContain('web/1 was restarted 2 times');
  });
});
