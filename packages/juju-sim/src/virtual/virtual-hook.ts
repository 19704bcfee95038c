import type { HookToolTransport } from '@baton/hook-tools';

import type { UnitName } from '../model/names.ts';

/** A hook of a virtual application, as the charm's code sees it. */
export interface VirtualHook {
  /** The unit that runs, such as `db/0`. */
  readonly unit: UnitName;
  /** The name of the hook or action, such as `cluster-relation-changed`. */
  readonly name: string;
  /** What runs. */
  readonly kind: 'hook' | 'action';
  /** The variables that Juju gives the process of a hook. */
  readonly environment: Readonly<Record<string, string>>;
  /** How it calls hook tools: each call is a step. */
  readonly transport: HookToolTransport;
  /** The clocks of the unit's machine, which may be wrong. */
  readonly clock: VirtualClock;
  /** Numbers from 0 up to 1: the same for the same seed, unit, and count of its hooks. */
  readonly random: () => number;
  /**
   * A step of the charm's code: it goes on after `ms` of virtual time at the earliest, and others may do anything
   * meanwhile. It rejects with a {@link CharmFailure} where the driver wants the code to fail here.
   *
   * @param what - what the code does, for the trace
   * @param blocking - whether the event loop stands still meanwhile, so that no timer of the process fires
   */
  pause(what: string, ms?: number, blocking?: boolean): Promise<void>;
  /**
   * Says that the charm's own code has returned: what comes then takes seconds, not minutes. It stands for the one
   * thing that no protocol over Juju can mend, a machine that is suspended between the last look and the commit.
   */
  charmReturned(): void;
  /** Adds a line to the trace; `text` is asked for only where there is one. */
  note(text: () => string): void;
}

/** The clocks of one machine. */
export interface VirtualClock {
  /** The wall clock, in whole microseconds since the epoch. It may be wrong, and it may jump. */
  nowMicros(): number;
  /** A clock that never goes back, in milliseconds; it stands still while the machine is suspended. */
  monotonicMs(): number;
  /** Calls back every `intervalMs` of virtual time; returns how to stop. */
  every(intervalMs: number, callback: () => void): () => void;
}

/**
 * A charm's code for any hook, as a function: it resolves to the exit code of the process. That it rejects is a
 * defect, and ends the exploration.
 */
export type VirtualCharm = (hook: VirtualHook) => Promise<number>;

/** What the driver has a charm's code throw. */
export class CharmFailure extends Error {
  /** Always `CharmFailure`. */
  override readonly name = 'CharmFailure';
}
