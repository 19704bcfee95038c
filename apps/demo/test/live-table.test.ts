import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';

import { renderSnapshot } from '../src/view/live-table.ts';
import { aRestarting, aSnapshot, aUnit } from './help/snapshots.ts';

const snapshot = aSnapshot(
  aUnit(0, { leader: true, version: 2 }),
  aRestarting(1),
  aUnit(2, { state: 'waiting', place: 1, why: 'held by web/1', askedAt: 5 }),
);

function lines(columns: number): string[] {
  return stripVTControlCharacters(renderSnapshot(snapshot, columns)).split('\n');
}

function rowOf(unit: string): string {
  return lines(120).find((line) => line.includes(unit)) ?? '';
}

describe('renderSnapshot', () => {
  it.each([
    ['web/0', ['*', 'serving', '2', '1.0 s']],
    ['web/1', ['restarting', 'has the lock', 'down']],
    ['web/2', ['waiting', '1', 'held by web/1']],
  ])('shows of %s what matters', (unit, words) => {
    for (const word of words) expect(rowOf(unit)).toContain(word);
  });

  it('shows how many are done and what became of the requests', () => {
    const text = lines(120).join('\n');
    expect(text).toContain('1/3 serve version 2');
    expect(text).toContain('0 answered, 0 retried, 0 failed');
  });

  it.each([80, 100, 200])('fits a terminal of %i columns', (columns) => {
    for (const line of lines(columns)) expect(line.length).toBeLessThanOrEqual(columns);
  });
});
