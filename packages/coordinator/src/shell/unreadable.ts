import { CodecError, LockStoreError } from '../errors.ts';

/** An error that says a document is there and cannot be read. */
export type UnreadableError = LockStoreError | CodecError;

/** Gives back the error of a document that cannot be read; throws anything else on. */
export function rethrowUnlessUnreadable(error: unknown): UnreadableError {
  if (LockStoreError.is(error, 'CORRUPT') || CodecError.is(error)) return error;
  throw error;
}
