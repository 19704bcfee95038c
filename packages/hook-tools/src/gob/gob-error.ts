/** The codes of {@link GobError}. */
export type GobErrorCode =
  | 'MALFORMED'
  | 'TRUNCATED'
  | 'TOO_LARGE'
  | 'UNSUPPORTED'
  | 'NOT_ENCODABLE';

const GOB_ERROR = Symbol.for('@baton/GobError');

/** Says that bytes could not be read as gob, or a value not be written as gob. */
export class GobError extends Error {
  /** Always `GobError`. */
  override readonly name = 'GobError';
  /**
   * What went wrong, for programs: bytes that are no gob (`MALFORMED`), that end too early (`TRUNCATED`), that
   * are above a limit (`TOO_LARGE`), a type this package does not read (`UNSUPPORTED`), or a value that does not
   * fit its type (`NOT_ENCODABLE`).
   */
  readonly code: GobErrorCode;
  /** Always false: the same bytes are refused again. */
  readonly retryable = false;

  constructor(code: GobErrorCode, message: string) {
    super(message);
    Object.defineProperty(this, GOB_ERROR, { value: true });
    this.code = code;
  }

  /** Whether `error` is a GobError, of whichever copy of this package; with `code`, of that code. */
  static is(error: unknown, code?: GobErrorCode): error is GobError {
    if (typeof error !== 'object' || error === null || !(GOB_ERROR in error)) return false;
    return code === undefined || ('code' in error && error.code === code);
  }
}
