import type { UnitName } from '../model/names.ts';
import type { RunningHook } from './running-hook.ts';

/** One unit's machine: its clocks, and the hook that runs on it. */
export class VirtualMachine {
  /** The unit whose machine it is, such as `db/0`. */
  readonly unit: UnitName;
  /** By how much the wall clock is ahead, in ms; below 0 it is behind. */
  clockErrorMs = 0;
  /** Until when the machine is suspended, in ms of virtual time; in the past where it is not. */
  suspendedUntil = 0;
  /** The hook or action that runs, or is over and not recorded yet; `undefined` where there is none. */
  hook: RunningHook | undefined;
  /** How many hooks and actions have begun. */
  hooks = 0;
  /** Whether the next hook tool is to fail without having done anything. */
  failsNextCall = false;
  /** Whether the next hook tool is to do its work and fail. */
  losesNextAnswer = false;
  /** Whether what the hook wrote that ends next cannot be sent. */
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

  /** Whether the machine is suspended at a virtual time, in ms. */
  isSuspended(now: number): boolean {
    return now < this.suspendedUntil;
  }

  /** Suspends the machine from now on, for so many ms. */
  suspend(now: number, ms: number): void {
    this.suspendedUntil = now + ms;
    this.#suspendedMs += ms;
  }
}
