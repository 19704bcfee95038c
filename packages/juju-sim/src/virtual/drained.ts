/**
 * Resolves when everything that can go on has gone on: Node runs what is scheduled so only after all promises
 * that are settled have been dealt with. The code of a virtual charm waits for nothing but the driver.
 */
export function drained(): Promise<void> {
  return new Promise((resolve) => {
    process.nextTick(resolve);
  });
}
