/** A clock that may run faster than the wall's. */
export interface SimClock {
  /** The time in the application, in ms since 1970. */
  readonly now: () => number;
  /** How long to wait on the wall's clock until it is that time, in ms. */
  readonly waitFor: (time: number) => number;
}

/** A clock that begins now and runs `speed` times as fast as the wall's; `speed` is above 0. */
export function startClock(speed: number): SimClock {
  const began = Date.now();
  const started = performance.now();
  const now = (): number => began + Math.floor((performance.now() - started) * speed);
  return {
    now,
    waitFor: (time) => Math.max(0, Math.ceil((time - now()) / speed)),
  };
}
