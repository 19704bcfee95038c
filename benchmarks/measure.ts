/** The value in the middle; half of the values are not above it. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

/** How long something takes, in milliseconds. */
async function time(act: () => void | Promise<void>): Promise<number> {
  const started = performance.now();
  await act();
  return performance.now() - started;
}

/**
 * Times several things in turn, so that whatever else the machine does meets them alike; gives the median of
 * each, in milliseconds.
 */
export async function medians(
  rounds: number,
  acts: readonly (() => void | Promise<void>)[],
): Promise<readonly number[]> {
  const times = acts.map((): number[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, act] of acts.entries()) times[index]?.push(await time(act));
  }
  return times.map((each) => median(each));
}
