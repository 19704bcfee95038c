const now = Promise.resolve();

/**
 * Calls back when everything that can go on has gone on. The code of a virtual charm waits for nothing but the driver.
 * What is put off with `nextTick` comes after all promises that are settled, if it is put off by one of them; in a
 * callback of Node, where that is not so, it comes before them.
 */
export function whenDrained(callback: () => void): void {
  void now.then(() => process.nextTick(callback));
}
