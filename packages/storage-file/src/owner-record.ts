import { LockStoreError, unitNameSchema, type UnitName } from '@baton/coordinator';
import * as z from 'zod/mini';
import { $ZodError } from 'zod/v4/core';

import type { ProcessIdentity } from './process-identity.ts';

/** Who claims something: a store of a unit in a process. */
export interface OwnerRecord extends ProcessIdentity {
  readonly unit: UnitName;
  /** Random text that tells two stores of one process apart. */
  readonly store: string;
  /** Whether the owner has given it back. */
  readonly released: boolean;
}

/** The largest process id that an operating system has, and that it can be asked about. */
const PID_MAX = 2 ** 31 - 1;

const ownerRecordSchema: z.ZodMiniType<OwnerRecord> = z.object({
  unit: unitNameSchema,
  store: z.string(),
  pid: z.int().check(z.gte(1), z.lte(PID_MAX)),
  started: z.string(),
  boot: z.string(),
  pidNamespace: z.string(),
  released: z.boolean(),
});

/** The bytes of a record: JSON, for people to read too. */
export function encodeOwnerRecord(record: OwnerRecord): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(record)}\n`);
}

/** Reads what {@link encodeOwnerRecord} gave. @throws {LockStoreError} `CORRUPT` */
export function decodeOwnerRecord(bytes: Uint8Array, path: string, command: string): OwnerRecord {
  try {
    return ownerRecordSchema.parse(parseJson(bytes));
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof $ZodError)) throw error;
    throw new LockStoreError(
      'CORRUPT',
      `${path} does not say who owns it: end the processes that use the directory, and move the file out ` +
        `of the way with \`${command}\``,
      { cause: error, path },
    );
  }
}

/** Reads UTF-8 JSON; a SyntaxError says that it is none. */
export function parseJson(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes));
}
