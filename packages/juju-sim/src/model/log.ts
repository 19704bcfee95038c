import type { UnitName } from './names.ts';

/** One line of a unit's log. */
export interface LogEntry {
  /** In ms. */
  readonly at: number;
  readonly unit: UnitName;
  /** `TRACE`, `DEBUG`, `INFO`, `WARNING`, `ERROR` or `CRITICAL`. */
  readonly level: string;
  readonly logger: string;
  readonly message: string;
}

/** Takes what is logged, as it is logged. */
export type ModelLog = (entry: LogEntry) => void;
