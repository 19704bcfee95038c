import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { Progress } from '../../src/explore/progress.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test('where there is no terminal, a line comes every ten seconds until the work is over', () => {
  let lines = 0;
  const progress = new Progress(
    undefined,
    () => expect.fail('nothing is drawn'),
    () => (lines += 1),
  );
  progress.changed();
  vi.advanceTimersByTime(9_999);
  expect(lines).toBe(0);
  vi.advanceTimersByTime(10_001);
  expect(lines).toBe(2);
  progress.end();
  vi.advanceTimersByTime(60_000);
  expect(lines).toBe(2);
});

test('on a terminal, the picture comes ten times a second at most, and once more at the end', () => {
  const drawn: string[] = [];
  let done = 0;
  const progress = new Progress(
    { write: (text) => drawn.push(text) },
    () => `${done} done`,
    () => expect.fail('no line is printed'),
  );
  for (done = 1; done < 50; done += 1) progress.changed();
  expect(drawn).toEqual([]);
  vi.advanceTimersByTime(100);
  expect(drawn).toEqual(['50 done\n']);
  vi.advanceTimersByTime(20_000);
  expect(drawn).toHaveLength(1);
  done = 51;
  progress.end();
  expect(drawn.at(-1)).toBe('\u001b[1A\u001b[J51 done\n');
});
