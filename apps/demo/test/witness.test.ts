import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { mostAtOnce, testify, type Outage } from '../src/witness.ts';
import type { ServerEvent } from '../src/workload/server-events.ts';

function events(...list: [ServerEvent['event'], number, number][]): ServerEvent[] {
  return list.map(([event, at, version], pid) => ({ event, at, version, pid }));
}

function outage(from: number, to: number | undefined): Outage {
  return { unit: 'web/0', from, to };
}

describe('mostAtOnce', () => {
  it('is nothing without outages', () => {
    expect(mostAtOnce([])).toBe(0);
  });

  it('does not count an outage that ends when another begins', () => {
    expect(mostAtOnce([outage(0, 10), outage(10, 20)])).toBe(1);
  });

  it('counts an outage that lasts one moment longer', () => {
    expect(mostAtOnce([outage(0, 11), outage(10, 20)])).toBe(2);
  });

  it('counts an outage without an end until the end', () => {
    expect(mostAtOnce([outage(0, undefined), outage(10, 20), outage(30, 40)])).toBe(2);
  });

  it('is what counting at every beginning gives', () => {
    const any = fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 20 }));
    fc.assert(
      fc.property(fc.array(any), (pairs) => {
        const outages = pairs.map(([from, length]) => outage(from, from + length));
        const counts = outages.map(
          ({ from }) => outages.filter((o) => o.from <= from && (o.to ?? Infinity) > from).length,
        );
        expect(mostAtOnce(outages)).toBe(Math.max(0, ...counts));
      }),
      { seed: 20 },
    );
  });
});

describe('testify', () => {
  it('reads services, outages, order and restarts from the records', () => {
    const records = new Map([
      ['web/0', events(['listening', 0, 1], ['closing', 50, 1], ['listening', 60, 2])],
      ['web/1', events(['listening', 1, 1], ['closing', 30, 1], ['listening', 50, 2])],
      ['web/2', events(['listening', 2, 1])],
    ]);
    const testimony = testify(records, 2);
    expect(testimony.order).toEqual(['web/1', 'web/0']);
    expect([...testimony.restarts]).toEqual([
      ['web/0', 1],
      ['web/1', 1],
    ]);
    expect(testimony.mostDown).toBe(1);
    expect(testimony.outages).toContainEqual({ unit: 'web/1', from: 30, to: 50 });
    expect(testimony.services).toContainEqual({
      unit: 'web/2',
      version: 1,
      from: 2,
      to: undefined,
    });
  });

  it('counts work that was done twice', () => {
    const twice = events(
      ['listening', 0, 1],
      ['closing', 10, 1],
      ['listening', 20, 2],
      ['closing', 30, 2],
      ['listening', 40, 2],
    );
    expect(testify(new Map([['web/0', twice]]), 2).restarts.get('web/0')).toBe(2);
  });
});
