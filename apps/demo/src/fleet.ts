import type { Explanation } from '@baton/coordinator';

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
  /** Starts every agent. */
  start(): void;
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
