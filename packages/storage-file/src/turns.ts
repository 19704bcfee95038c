/** Runs pieces of work one after another, in the order they came. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Waits for the work before this one, then does it. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.then(ignore, ignore);
    return done;
  }
}

/** How the work before ended is for whoever asked for it. */
function ignore(): void {}
