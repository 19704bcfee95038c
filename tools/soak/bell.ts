/** Tells that something happened; a ring between looking and waiting is not missed. */
export class Bell {
  #ring: () => void = () => undefined;

  /** Resolves at the first ring from now on. Take it before looking, and wait for it after. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#ring = resolve;
    });
  }

  ring(): void {
    this.#ring();
  }
}
