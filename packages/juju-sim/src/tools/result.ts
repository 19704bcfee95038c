/** What a hook tool leaves: its exit code and what it printed. */
export interface ToolResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** One call of a hook tool, as it comes from the charm. */
export interface ToolCall {
  readonly tool: string;
  readonly args: readonly string[];
  /** What is on the standard input, if the caller sends it. */
  readonly stdin?: string;
  /** The charm's working directory, for tools that open files. */
  readonly directory?: string;
}

/** The call's arguments are wrong: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The agent refuses the call itself: no result of a tool, but an error of the protocol. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}

/** The words with which the agent asks for the standard input; the client then calls once more. */
export const stdinWanted = 'hook tool requires stdin, none supplied';
