/** What time it is; given to a coordinator so that tests and simulations can decide. */
export interface Clock {
  /** The wall clock, in whole microseconds since the epoch. It may be wrong and it may jump. */
  nowMicros(): number;
  /** A clock that never goes back, in milliseconds from any start. It may stand still while the machine sleeps. */
  monotonicMs(): number;
  /** Calls back every `intervalMs` milliseconds, without keeping the process alive; returns how to stop. */
  every(intervalMs: number, callback: () => void): () => void;
}

/** The clock of the machine. */
export const systemClock: Clock = {
  nowMicros: () => Date.now() * 1000,
  monotonicMs: () => performance.now(),
  every(intervalMs, callback) {
    const timer = setInterval(callback, intervalMs);
    timer.unref();
    return () => {
      clearInterval(timer);
    };
  },
};
