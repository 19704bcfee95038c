/** How much was explored. */
export interface Counters {
  readonly seeds: number;
  readonly hooks: number;
  readonly toolCalls: number;
  /** How long that took, by the wall's clock. */
  readonly ms: number;
}

/** Counts what was explored. */
export class Counting {
  readonly #began = performance.now();
  #seeds = 0;
  #hooks = 0;
  #toolCalls = 0;

  /** One history more. */
  add({ hooks, toolCalls }: Pick<Counters, 'hooks' | 'toolCalls'>): void {
    this.#seeds += 1;
    this.#hooks += hooks;
    this.#toolCalls += toolCalls;
  }

  /** What it comes to by now. */
  get now(): Counters {
    return {
      seeds: this.#seeds,
      hooks: this.#hooks,
      toolCalls: this.#toolCalls,
      ms: Math.round(performance.now() - this.#began),
    };
  }
}
