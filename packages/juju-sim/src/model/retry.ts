const firstDelayMs = 5_000;
const longestDelayMs = 300_000;
const jitter = 0.03;

/** How long a hook waits after it failed for the n-th time in a row: 5 s, twice as long each time, at most 5 min. */
export function retryDelay(failures: number, random: () => number): number {
  const delay = Math.min(firstDelayMs * 2 ** (failures - 1), longestDelayMs);
  return Math.round(delay * (1 + jitter * (2 * random() - 1)));
}
