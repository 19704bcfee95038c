/** What an agent is started with. */
export interface AgentSettings {
  /** The folder of the soak. */
  readonly folder: string;
  readonly unit: string;
  /** How many may hold the lock at a time; more than 1 is a fault to be found. */
  readonly holders: number;
  /** Whether to ask once and no more. */
  readonly drain: boolean;
}

/** What an agent is told: to ask no more; to close its store and end. */
export type Order = 'drain' | 'close';

/** What an agent tells. */
export type Message =
  /** It is inside the operation; it was served; it has no request open and asks no more. */
  | { readonly at: 'inside' | 'served' | 'drained' }
  /** A hook failed with an error that passes. */
  | { readonly retried: string }
  /** Something happened that must not. */
  | { readonly violation: string };
