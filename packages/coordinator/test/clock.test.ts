import { afterEach, describe, expect, test, vi } from 'vitest';

import { systemClock } from '../src/clock.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("the machine's clock", () => {
  test('gives whole microseconds since the epoch', () => {
    vi.useFakeTimers({ now: Date.UTC(2026, 0, 1) + 7 });
    expect(systemClock.nowMicros()).toBe(1_767_225_600_007_000);
  });

  test('gives milliseconds that do not follow the wall clock', () => {
    vi.useFakeTimers({ now: 5_000 });
    const start = systemClock.monotonicMs();
    vi.advanceTimersByTime(1_500);
    vi.setSystemTime(0);
    expect(systemClock.monotonicMs() - start).toBe(1_500);
  });

  test('calls back at every interval until it is stopped', () => {
    vi.useFakeTimers();
    const callback = vi.fn<() => void>();
    const stop = systemClock.every(100, callback);
    vi.advanceTimersByTime(99);
    expect(callback).not.toHaveBeenCalled();
    vi.advanceTimersByTime(251);
    expect(callback).toHaveBeenCalledTimes(3);
    stop();
    vi.advanceTimersByTime(1_000);
    expect(callback).toHaveBeenCalledTimes(3);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('does not keep the process alive', () => {
    const made = vi.spyOn(globalThis, 'setInterval');
    const stop = systemClock.every(60_000, () => undefined);
    try {
      expect(made.mock.results.map(({ value }) => value.hasRef())).toEqual([false]);
    } finally {
      stop();
    }
  });
});
