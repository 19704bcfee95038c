/** The codes of {@link HookToolError}; each has an entry in `docs/reference/errors.md`. */
export type HookToolErrorCode =
  | 'FAILED'
  | 'MISSING'
  | 'NOT_IN_HOOK'
  | 'NOT_LEADER'
  | 'UNKNOWN_RELATION'
  | 'PERMISSION_DENIED'
  | 'VALUE_NOT_SENDABLE'
  | 'MALFORMED_OUTPUT'
  | 'UNSUPPORTED';

/** Two copies of this package may be loaded in one program; a registered symbol is the same in both. */
const HOOK_TOOL_ERROR = Symbol.for('@baton/HookToolError');

/** Which call an error is about. */
export interface HookToolErrorDetails {
  /** What was thrown below. */
  readonly cause?: unknown;
  /** The name of the tool. */
  readonly tool?: string;
  /** What it was called with. */
  readonly args?: readonly string[];
  /** What it exited with. */
  readonly exitCode?: number;
  /** What it said. */
  readonly stderr?: string;
}

/** Says that a hook tool could not do what it was asked, or could not be asked at all. */
export class HookToolError extends Error {
  /** Always `HookToolError`. */
  override readonly name = 'HookToolError';
  /** What went wrong, for programs. */
  readonly code: HookToolErrorCode;
  /**
   * Whether the same call may succeed later without anybody mending anything: true for `NOT_LEADER`, and for
   * `FAILED` unless the tool refused its arguments (exit code 2).
   */
  readonly retryable: boolean;
  /** The name of the tool; undefined where it is about no tool. */
  readonly tool: string | undefined;
  /** What the tool was called with. */
  readonly args: readonly string[];
  /** What the tool exited with; undefined where it did not run, or did not exit by itself. */
  readonly exitCode: number | undefined;
  /** What the tool said; empty where it did not run. */
  readonly stderr: string;

  constructor(code: HookToolErrorCode, message: string, details: HookToolErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    Object.defineProperty(this, HOOK_TOOL_ERROR, { value: true });
    this.code = code;
    this.retryable = code === 'NOT_LEADER' || (code === 'FAILED' && details.exitCode !== 2);
    this.tool = details.tool;
    this.args = details.args ?? [];
    this.exitCode = details.exitCode;
    this.stderr = details.stderr ?? '';
  }

  /** Whether `error` is a HookToolError, of whichever copy of this package; with `code`, of that code. */
  static is(error: unknown, code?: HookToolErrorCode): error is HookToolError {
    if (typeof error !== 'object' || error === null || !(HOOK_TOOL_ERROR in error)) return false;
    return code === undefined || ('code' in error && error.code === code);
  }
}
