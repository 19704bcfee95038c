/** The codes of {@link LockStoreError}; each has an entry in `docs/reference/errors.md`. */
export type LockStoreErrorCode =
  | 'UNAVAILABLE'
  | 'NOT_LEADER'
  | 'CORRUPT'
  | 'UNIT_IN_USE'
  | 'CLOSED'
  | 'UNSUPPORTED';

/** The codes of {@link CodecError}; each has an entry in `docs/reference/errors.md`. */
export type CodecErrorCode = 'MALFORMED' | 'SCHEMA_MISMATCH' | 'UNSUPPORTED_VERSION' | 'TOO_LARGE';

/** The codes of {@link CoordinatorError}; each has an entry in `docs/reference/errors.md`. */
export type CoordinatorErrorCode =
  | 'STORE_IN_USE'
  | 'NOT_IN_HOOK'
  | 'INVALID_LOCK_NAME'
  | 'INVALID_UNIT_NAME'
  | 'POLICY_FAILED';

/**
 * Two copies of this package may be loaded in one program, where `instanceof` fails between them;
 * a registered symbol is the same in both.
 */
function marker(className: string): symbol {
  return Symbol.for(`@baton/${className}`);
}

function isMarked(error: unknown, mark: symbol): error is object {
  return typeof error === 'object' && error !== null && mark in error;
}

const LOCK_STORE_ERROR = marker('LockStoreError');
const CODEC_ERROR = marker('CodecError');
const COORDINATOR_ERROR = marker('CoordinatorError');

/** Where a store's error belongs, for the message and for the reader's search. */
export interface LockStoreErrorDetails {
  /** What was thrown below. */
  readonly cause?: unknown;
  /** The unit whose document or session it is about. */
  readonly unit?: string;
  /** The file, key or endpoint that was used. */
  readonly path?: string;
}

/** Says that a backend could not do what it was asked. */
export class LockStoreError extends Error {
  /** Always `LockStoreError`. */
  override readonly name = 'LockStoreError';
  /** What went wrong, for programs. */
  readonly code: LockStoreErrorCode;
  /** Whether the same call may succeed later without anybody mending anything. */
  readonly retryable: boolean;
  /** The unit whose document or session it is about, where there is one. */
  readonly unit: string | undefined;
  /** The file, key or endpoint that was used, where there is one. */
  readonly path: string | undefined;

  constructor(code: LockStoreErrorCode, message: string, details: LockStoreErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    Object.defineProperty(this, LOCK_STORE_ERROR, { value: true });
    this.code = code;
    this.retryable = code === 'UNAVAILABLE' || code === 'NOT_LEADER';
    this.unit = details.unit;
    this.path = details.path;
  }

  /** Whether `error` is a LockStoreError, of whichever copy of this package; with `code`, of that code. */
  static is(error: unknown, code?: LockStoreErrorCode): error is LockStoreError {
    return isMarked(error, LOCK_STORE_ERROR) && (code === undefined || hasCode(error, code));
  }
}

/** Says that bytes could not be read as a document, or a document not be written as bytes. */
export class CodecError extends Error {
  /** Always `CodecError`. */
  override readonly name = 'CodecError';
  /** What went wrong, for programs. */
  readonly code: CodecErrorCode;
  /** Always false: the same bytes are refused again. */
  readonly retryable = false;

  constructor(code: CodecErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    Object.defineProperty(this, CODEC_ERROR, { value: true });
    this.code = code;
  }

  /** Whether `error` is a CodecError, of whichever copy of this package; with `code`, of that code. */
  static is(error: unknown, code?: CodecErrorCode): error is CodecError {
    return isMarked(error, CODEC_ERROR) && (code === undefined || hasCode(error, code));
  }
}

/** Says that a coordinator was used in a way it cannot work. */
export class CoordinatorError extends Error {
  /** Always `CoordinatorError`. */
  override readonly name = 'CoordinatorError';
  /** What went wrong, for programs. */
  readonly code: CoordinatorErrorCode;
  /** Always false: the program has to be changed. */
  readonly retryable = false;

  constructor(code: CoordinatorErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    Object.defineProperty(this, COORDINATOR_ERROR, { value: true });
    this.code = code;
  }

  /** Whether `error` is a CoordinatorError, of whichever copy of this package; with `code`, of that code. */
  static is(error: unknown, code?: CoordinatorErrorCode): error is CoordinatorError {
    return isMarked(error, COORDINATOR_ERROR) && (code === undefined || hasCode(error, code));
  }
}

function hasCode(error: object, code: string): boolean {
  return 'code' in error && error.code === code;
}
