/** One call of a hook tool. */
export interface ToolCall {
  /** The name of the tool, as in `relation-get`. */
  readonly tool: string;
  /** Its arguments, without its name. */
  readonly args: readonly string[];
  /** What it reads from standard input; where absent, standard input is empty. */
  readonly stdin?: string;
}

/** How a hook tool ended. */
export interface ToolResult {
  /** What it exited with: 0 for success. */
  readonly exitCode: number;
  /** What it printed, to the letter. */
  readonly stdout: string;
  /** What it said on standard error. */
  readonly stderr: string;
}

/**
 * How hook tools are called. Text is UTF-8 on its way and comes back to the letter; a transport changes nothing
 * of it, and refuses with `VALUE_NOT_SENDABLE` what it cannot carry.
 */
export interface HookToolTransport {
  /**
   * Runs a tool to its end. That the tool failed is a value, its exit code; it rejects only where the tool could
   * not be run, or its answer not be had.
   *
   * @throws {HookToolError} `MISSING`, `VALUE_NOT_SENDABLE`, `FAILED`, `NOT_IN_HOOK`, `PERMISSION_DENIED`,
   *   `MALFORMED_OUTPUT`, `UNSUPPORTED`
   */
  run(call: ToolCall): Promise<ToolResult>;
}
