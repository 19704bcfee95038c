import type { UnitName } from './names.ts';

/** One line of a unit's log. */
export interface LogEntry {
  /** When, in ms of the application's time. */
  readonly at: number;
  /** The unit whose log it is. */
  readonly unit: UnitName;
  /** `TRACE`, `DEBUG`, `INFO`, `WARNING`, `ERROR` or `CRITICAL`. */
  readonly level: string;
  /** Who says it, such as `unit.db/0.juju-log`. */
  readonly logger: string;
  /** What is said. */
  readonly message: string;
}

/** Takes what is logged, as it is logged. */
export type ModelLog = (entry: LogEntry) => void;
