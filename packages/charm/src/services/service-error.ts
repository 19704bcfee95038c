/** The codes of {@link ServiceError}; each has an entry in `docs/reference/errors.md`. */
export type ServiceErrorCode =
  | 'INVALID_SERVICE'
  | 'UNKNOWN_SERVICE'
  | 'SYSTEM_MISSING'
  | 'SYSTEMCTL_MISSING'
  | 'SYSTEMCTL_FAILED'
  | 'STATE_CORRUPT'
  | 'STATE_UNAVAILABLE';

/** Where a ServiceError belongs, for the message and for the reader's search. */
export interface ServiceErrorDetails {
  /** What was thrown below. */
  readonly cause?: unknown;
  /** The service it is about. */
  readonly service?: string;
  /** The file it is about. */
  readonly path?: string;
}

/** Two copies of this package may be loaded in one program; a registered symbol is the same in both. */
const SERVICE_ERROR = Symbol.for('@baton/ServiceError');

/** Says that services were defined, run or remembered in a way that cannot work. */
export class ServiceError extends Error {
  /** Always `ServiceError`. */
  override readonly name = 'ServiceError';
  /** What went wrong, for programs. */
  readonly code: ServiceErrorCode;
  /** Whether the same call may succeed later without anybody changing the charm or a file. */
  readonly retryable: boolean;
  /** The service it is about, where there is one. */
  readonly service: string | undefined;
  /** The file it is about, where there is one. */
  readonly path: string | undefined;

  constructor(code: ServiceErrorCode, message: string, details: ServiceErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    Object.defineProperty(this, SERVICE_ERROR, { value: true });
    this.code = code;
    this.retryable = code === 'SYSTEMCTL_FAILED' || code === 'STATE_UNAVAILABLE';
    this.service = details.service;
    this.path = details.path;
  }

  /** Whether `error` is a ServiceError, of whichever copy of this package; with `code`, of that code. */
  static is(error: unknown, code?: ServiceErrorCode): error is ServiceError {
    return (
      typeof error === 'object' &&
      error !== null &&
      SERVICE_ERROR in error &&
      (code === undefined || ('code' in error && error.code === code))
    );
  }
}
