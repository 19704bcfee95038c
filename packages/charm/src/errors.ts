/** The codes of {@link HookError}; each has an entry in `docs/reference/errors.md`. */
export type HookErrorCode =
  | 'UNKNOWN_HOOK'
  | 'UNKNOWN_ACTION'
  | 'ACTION_TAKEN'
  | 'HOOK_RUNNING'
  | 'WRAP_MISUSED';

/** Two copies of this package may be loaded in one program; a registered symbol is the same in both. */
const HOOK_ERROR = Symbol.for('@baton/HookError');

/** Says that hooks were registered or run in a way that cannot work. */
export class HookError extends Error {
  /** Always `HookError`. */
  override readonly name = 'HookError';
  /** What went wrong, for programs. */
  readonly code: HookErrorCode;
  /** Whether the same call may succeed later without anybody mending anything. */
  readonly retryable: boolean;

  constructor(code: HookErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    Object.defineProperty(this, HOOK_ERROR, { value: true });
    this.code = code;
    this.retryable = code === 'HOOK_RUNNING';
  }

  /** Whether `error` is a HookError, of whichever copy of this package; with `code`, of that code. */
  static is(error: unknown, code?: HookErrorCode): error is HookError {
    return (
      typeof error === 'object' &&
      error !== null &&
      HOOK_ERROR in error &&
      (code === undefined || ('code' in error && error.code === code))
    );
  }
}
