import * as z from 'zod/mini';

import { CoordinatorError } from '../errors.ts';

/** Text that nothing can hide in: no control characters, and no halves of surrogate pairs. */
const PRINTABLE = /^[^\p{Cc}\p{Surrogate}]*$/u;

const LOCK_NAME_BYTES_MAX = 256;

/** Long enough for any application Juju deploys, short enough to be a file name once escaped. */
const UNIT_NAME_BYTES_MAX = 80;

const UNIT_NAME = /^[^/]+\/(?:0|[1-9][0-9]{0,14})$/;

/** One code unit of a text takes three bytes of UTF-8 at most. */
const BYTES_PER_UNIT_MAX = 3;

const encoder = new TextEncoder();

const UNIT_NAME_RULE = `an application, a slash and a number, such as "db/2", in ${UNIT_NAME_BYTES_MAX} bytes at most`;
const LOCK_NAME_RULE = `1 to ${LOCK_NAME_BYTES_MAX} bytes of text without control characters`;

// One check each and not one for every rule: names are checked a dozen times a hook.
function isUnitName(value: unknown): value is UnitName {
  return (
    typeof value === 'string' &&
    PRINTABLE.test(value) &&
    UNIT_NAME.test(value) &&
    hasAtMost(UNIT_NAME_BYTES_MAX, value)
  );
}

function isLockName(value: unknown): value is LockName {
  return (
    typeof value === 'string' &&
    value !== '' &&
    PRINTABLE.test(value) &&
    hasAtMost(LOCK_NAME_BYTES_MAX, value)
  );
}

function hasAtMost(bytesMax: number, text: string): boolean {
  return text.length * BYTES_PER_UNIT_MAX <= bytesMax || encoder.encode(text).length <= bytesMax;
}

/** The name of one unit of an application, such as `db/2`; made by {@link parseUnitName}. */
export type UnitName = string & z.core.$brand<'UnitName'>;

/** The schema of {@link UnitName}. */
export const unitNameSchema: z.ZodMiniType<UnitName, string> = z.custom<UnitName>(
  isUnitName,
  `expected ${UNIT_NAME_RULE}`,
);

/** The name of a lock: any text of 1 to 256 bytes without control characters; made by {@link parseLockName}. */
export type LockName = string & z.core.$brand<'LockName'>;

/** The schema of {@link LockName}. */
export const lockNameSchema: z.ZodMiniType<LockName, string> = z.custom<LockName>(
  isLockName,
  `expected ${LOCK_NAME_RULE}`,
);

/**
 * Reads text as the name of a unit: an application, a slash and a number, 80 bytes at most.
 *
 * @throws {CoordinatorError} `INVALID_UNIT_NAME`
 */
export function parseUnitName(text: string): UnitName {
  if (isUnitName(text)) return text;
  throw new CoordinatorError(
    'INVALID_UNIT_NAME',
    `${JSON.stringify(text)} is not the name of a unit: expected ${UNIT_NAME_RULE}`,
  );
}

/**
 * Reads text as the name of a lock: 1 to 256 bytes of UTF-8 without control characters.
 *
 * @throws {CoordinatorError} `INVALID_LOCK_NAME`
 */
export function parseLockName(text: string): LockName {
  if (isLockName(text)) return text;
  throw new CoordinatorError(
    'INVALID_LOCK_NAME',
    `${JSON.stringify(text)} is not the name of a lock: expected ${LOCK_NAME_RULE}`,
  );
}

/** The application that a unit belongs to: `db` for `db/2`. */
export function applicationOf(unit: UnitName): string {
  return unit.slice(0, unit.lastIndexOf('/'));
}

/** The number of a unit in its application: 2 for `db/2`. */
export function unitNumber(unit: UnitName): number {
  return Number(unit.slice(unit.lastIndexOf('/') + 1));
}

/** Orders units of one application by number, `db/2` before `db/10`; applications by name. */
export function compareUnits(a: UnitName, b: UnitName): number {
  return compareText(applicationOf(a), applicationOf(b)) || unitNumber(a) - unitNumber(b);
}

/** Orders text by UTF-16 code units, the same on every machine and in every locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
