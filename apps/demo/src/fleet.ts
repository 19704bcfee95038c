import type { Explanation } from '@baton/coordinator';

import type { UnitFolder } from './unit-folder.ts';

/** What an onlooker sees of the lock. */
export interface LockLook {
  /** The unit that leads, if one does. */
  readonly leader: string | undefined;
  /** Who holds the lock, who waits for it, and why. */
  readonly explanation: Explanation;
}

/** The units of one run, whichever way their agents are run. */
export interface Fleet {
  /** The units' names, in order. */
  readonly units: readonly string[];
  /** How long a roll of these units may take, from the start of the agents, in milliseconds. */
  readonly patienceMs: number;
  /** Where each unit keeps what it knows of its processes; it may be empty before {@link Fleet.start}. */
  readonly folders: ReadonlyMap<string, UnitFolder>;
  /** Sets the version that every unit is to serve; the first before {@link Fleet.start}. */
  configure(version: number): void;
  /** Starts every agent. */
  start(): void | Promise<void>;
  /** Looks at the lock from outside, as an operator would. */
  look(): Promise<LockLook>;
  /** Whether that unit's agent runs. */
  agentRuns(unit: string): boolean;
  /** Throws when an agent ended that nobody ended. */
  check(): void;
  /** Kills one unit's agent with SIGKILL, and resolves when it is gone; absent where agents are no processes. */
  kill?(unit: string): Promise<void>;
  /** Starts the agent of a unit again after {@link Fleet.kill}. */
  revive?(unit: string): void;
  /** Ends every agent; the servers live on. */
  stop(): Promise<void>;
}
