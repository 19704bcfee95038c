import type { Clock } from '../../src/index.ts';

/** When every world begins. */
const START_MS: number = Date.parse('2026-01-01T00:00:00.000Z');

interface Timer {
  readonly everyMs: number;
  nextMs: number;
  readonly callback: () => void;
}

/** A clock that only moves when it is told to, and whose two faces can be told apart. */
export class ManualClock implements Clock {
  #wallMs: number;
  #monotonicMs = 1000;
  readonly #timers = new Set<Timer>();

  constructor(wallMs: number = START_MS) {
    this.#wallMs = wallMs;
  }

  nowMicros(): number {
    return this.#wallMs * 1000;
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  every(everyMs: number, callback: () => void): () => void {
    const timer = { everyMs, nextMs: this.#monotonicMs + everyMs, callback };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  /** How many timers run. */
  get timers(): number {
    return this.#timers.size;
  }

  /** Time goes by and no timer runs, as in a charm that blocks its event loop. */
  block(forMs: number): void {
    this.#wallMs += forMs;
    this.#monotonicMs += forMs;
  }

  /** The wall clock alone goes on, as in a machine that sleeps; a negative time sets it back. */
  setWall(byMs: number): void {
    this.#wallMs += byMs;
  }

  /** The monotonic clock alone goes on, as where the wall clock was set back by as much as went by. */
  setMonotonic(byMs: number): void {
    this.#monotonicMs += byMs;
  }

  /** Time goes by second by second, and the timers run. */
  async pass(forMs: number): Promise<void> {
    for (let left = forMs; left > 0; left -= 1000) {
      this.block(Math.min(left, 1000));
      for (const timer of this.#timers) {
        if (timer.nextMs > this.#monotonicMs) continue;
        timer.nextMs += timer.everyMs;
        timer.callback();
      }
      await settled();
    }
  }
}

/** Lets everything that is ready run. */
export async function settled(): Promise<void> {
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
}
