/** Two copies of this package may be loaded in one program; a registered symbol is the same in both. */
const HOOK_EXIT = Symbol.for('@baton/HookExit');

/**
 * The way out of a hook early, from any depth of the charm's code: `throw new HookExit(0)` ends it as a
 * success, so the functions of `atExit` run, locks are released and what was written is published; any
 * other code ends it as a failure with that exit code, and nothing is. Catch it nowhere on its way.
 */
export class HookExit extends Error {
  /** Always `HookExit`. */
  override readonly name = 'HookExit';
  /** The exit code the hook asks for, 0 to 255. */
  readonly exitCode: number;

  /**
   * Makes the way out; it is taken by throwing it.
   *
   * @param exitCode - a whole number from 0 to 255
   * @param message - why, for the log
   * @throws {RangeError} when `exitCode` is none of these: a larger one would be cut down, to 0 even
   */
  constructor(exitCode: number, message = `the hook asked to end with exit code ${exitCode}`) {
    if (!Number.isInteger(exitCode) || exitCode < 0 || exitCode > 255) {
      throw new RangeError(`An exit code is a whole number from 0 to 255, not ${exitCode}.`);
    }
    super(message);
    Object.defineProperty(this, HOOK_EXIT, { value: true });
    this.exitCode = exitCode;
  }

  /** Whether `error` is a HookExit, of whichever copy of this package. */
  static is(error: unknown): error is HookExit {
    return typeof error === 'object' && error !== null && HOOK_EXIT in error;
  }
}
