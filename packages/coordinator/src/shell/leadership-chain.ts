/** Kept back from every guarantee, for what happens between the last look at the clock and the write. */
export const GUARANTEE_MARGIN_MS = 5_000;

/** How often leadership is asked again while the charm's code runs. */
const RENEW_EVERY_MS = 10_000;

/** One moment on both clocks, in milliseconds. */
export interface Instant {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

/**
 * A chain of yeses to "do I lead?", each asked within the guarantee of the one before. While it is unbroken
 * nobody else has led since the first yes, and what was read since is still current.
 */
export class LeadershipChain {
  readonly #guaranteedForMs: number;
  #confirmedAt: Instant;
  #lastLook: Instant;
  #broken = false;

  /** Begins with a first yes, asked at `askedAt`. */
  constructor(askedAt: Instant, guaranteedForMs: number) {
    this.#confirmedAt = askedAt;
    this.#lastLook = askedAt;
    this.#guaranteedForMs = guaranteedForMs;
  }

  /** How often to ask again: twice within a guarantee, and every 10 s at least; `undefined` for never. */
  get renewEveryMs(): number | undefined {
    if (this.#guaranteedForMs === Infinity) return undefined;
    const usable = Math.max(this.#guaranteedForMs - GUARANTEE_MARGIN_MS, 0);
    return Math.min(RENEW_EVERY_MS, Math.max(usable / 2, 1_000));
  }

  /** Whether the last yes still counts. Once it does not, it never does again. */
  isUnbroken(now: Instant): boolean {
    if (!this.#counts(now)) this.#broken = true;
    return !this.#broken;
  }

  /** Adds an answer to a question asked at `askedAt`, which may lie before the last look at the clock. */
  answer(leader: boolean, askedAt: Instant): void {
    const isNewer = askedAt.monotonicMs >= this.#confirmedAt.monotonicMs;
    if (!leader) this.#broken = true;
    else if (isNewer && this.isUnbroken(askedAt)) this.#confirmedAt = askedAt;
  }

  #counts(at: Instant): boolean {
    if (this.#guaranteedForMs === Infinity) return true;
    // A clock that was set back cannot say how long ago anything was.
    if (wasSetBack(this.#lastLook, at)) return false;
    if (at.monotonicMs > this.#lastLook.monotonicMs) this.#lastLook = at;
    const elapsedMs = Math.max(
      at.wallMs - this.#confirmedAt.wallMs,
      at.monotonicMs - this.#confirmedAt.monotonicMs,
    );
    return elapsedMs <= this.#guaranteedForMs - GUARANTEE_MARGIN_MS;
  }
}

/** Whether the wall clock went back between two instants, of which either may be the earlier one. */
function wasSetBack(a: Instant, b: Instant): boolean {
  return a.monotonicMs <= b.monotonicMs ? b.wallMs < a.wallMs : a.wallMs < b.wallMs;
}
