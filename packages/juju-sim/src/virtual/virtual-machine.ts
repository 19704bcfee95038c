import type { UnitName } from '../model/names.ts';
import type { RunningHook } from './running-hook.ts';

/** One unit's machine: its clocks, and the hook that runs on it. */
export class VirtualMachine {
  readonly unit: UnitName;
  /** How wrong the wall clock is, in ms. */
  clockErrorMs = 0;
  /** Until when the machine is suspended. */
  suspendedUntil = 0;
  hook: RunningHook | undefined;
  /** How many hooks have begun. */
  hooks = 0;
  /** Faults that wait for the next opportunity. */
  failsNextCall = false;
  losesNextAnswer = false;
  failsNextFlush = false;
  #suspendedMs = 0;

  constructor(unit: UnitName) {
    this.unit = unit;
  }

  /** What the wall clock shows, in microseconds. A clock is never before 1970. */
  nowMicros(now: number): number {
    return Math.max((now + this.clockErrorMs) * 1_000, 0);
  }

  /** What the monotonic clock shows, in ms. */
  monotonicMs(now: number): number {
    return now - this.#suspendedMs;
  }

  isSuspended(now: number): boolean {
    return now < this.suspendedUntil;
  }

  suspend(now: number, ms: number): void {
    this.suspendedUntil = now + ms;
    this.#suspendedMs += ms;
  }
}
