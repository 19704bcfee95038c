const now = Promise.resolve();

/**
 * Calls back when everything that can go on has gone on, and resolves to what that gives. The code of a virtual charm
 * waits for nothing but the driver. What is put off with `nextTick` comes after all promises that are settled, if it
 * is put off by one of them; in a callback of Node, where that is not so, it comes before them.
 */
export function whenDrained<Value>(callback: () => Value): Promise<Value> {
  return new Promise((resolve, reject) => {
    const finish = (): void => {
      try {
        resolve(callback());
      } catch (error) {
        reject(error);
      }
    };
    void now.then(() => process.nextTick(finish));
  });
}
