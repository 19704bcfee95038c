import { LockStoreError } from '@baton/coordinator';

/** Once escaped, every byte may take three; a file name has 255. */
const KEY_BYTES_MAX = 80;
const PRINTABLE = /^[^\p{Cc}\p{Surrogate}]+$/u;

/** Gives the key back if documents can be kept by it. @throws {LockStoreError} `UNSUPPORTED` */
export function checkKey(key: string): string {
  if (PRINTABLE.test(key) && new TextEncoder().encode(key).length <= KEY_BYTES_MAX) return key;
  throw new LockStoreError(
    'UNSUPPORTED',
    `${JSON.stringify(key)} cannot be a key: expected 1 to ${KEY_BYTES_MAX} bytes of text without control characters`,
  );
}
