import { LockStoreError, type LockStoreErrorCode, type UnitName } from '@baton/coordinator';
import { HookToolError, type HookToolErrorCode } from '@baton/hook-tools';

/** What a failing tool means for whoever uses the store. */
const CODES: Readonly<Record<HookToolErrorCode, LockStoreErrorCode>> = {
  FAILED: 'UNAVAILABLE',
  UNKNOWN_RELATION: 'UNAVAILABLE',
  PERMISSION_DENIED: 'UNAVAILABLE',
  NOT_LEADER: 'NOT_LEADER',
  MISSING: 'UNSUPPORTED',
  NOT_IN_HOOK: 'UNSUPPORTED',
  VALUE_NOT_SENDABLE: 'UNSUPPORTED',
  MALFORMED_OUTPUT: 'UNSUPPORTED',
  UNSUPPORTED: 'UNSUPPORTED',
};

/** Reports what a hook tool said as an error of the store; anything else is given back as it is. */
export function asStoreError(error: unknown, what: string, unit?: UnitName): unknown {
  if (!HookToolError.is(error)) return error;
  const who = unit === undefined ? 'this unit' : unit;
  const details = { cause: error, ...(unit === undefined ? {} : { unit }) };
  const path = error.tool === undefined ? {} : { path: error.tool };
  return new LockStoreError(CODES[error.code], `${who} cannot ${what}: ${error.message}`, {
    ...details,
    ...path,
  });
}
