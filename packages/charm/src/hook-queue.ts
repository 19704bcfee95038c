/**
 * The hooks that are still to run: each name once, in order of first arrival, and one that runs only when no
 * other waits.
 */
export class HookQueue {
  readonly #names: Set<string>;
  #idleName: string | undefined;
  #arrived: (() => void) | undefined;

  /** Begins with `names`, in this order. */
  constructor(names: Iterable<string>) {
    this.#names = new Set(names);
  }

  /** Adds a hook behind the others, unless it waits already. */
  add(name: string): void {
    this.#names.add(name);
    this.#arrived?.();
  }

  /** Has `name` run as soon as no other hook waits; the last one given counts. */
  addIdle(name: string): void {
    this.#idleName = name;
    this.#arrived?.();
  }

  /** Takes `name` out: a run that begins now sees whatever it came for. */
  drop(name: string): void {
    this.#names.delete(name);
  }

  /** Takes the next hook out, once there is one; undefined as soon as `signal` is aborted. One caller at a time. */
  async take(signal: AbortSignal): Promise<string | undefined> {
    while (!signal.aborted) {
      const [name] = this.#names;
      if (name !== undefined) {
        this.#names.delete(name);
        return name;
      }
      if (this.#idleName !== undefined) {
        const idle = this.#idleName;
        this.#idleName = undefined;
        return idle;
      }
      await this.#arrival(signal);
    }
    return undefined;
  }

  #arrival(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#arrived = undefined;
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#arrived = done;
      signal.addEventListener('abort', done, { once: true });
    });
  }
}
