/** Where a coordinator's log lines go; `console` is one. */
export interface Logger {
  /** Takes what helps to follow a hook step by step. */
  debug(message: string): void;
  /** Takes what a reader of the log wants to know of every hook. */
  info(message: string): void;
  /** Takes what went wrong and did not fail the hook. */
  warn(message: string): void;
  /** Takes what somebody has to mend. */
  error(message: string): void;
}
