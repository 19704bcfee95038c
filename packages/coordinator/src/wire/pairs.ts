import { schemaMismatch } from './schema-mismatch.ts';

/**
 * Calls back with the entries of a flat list, two by two.
 *
 * @throws {CodecError} `SCHEMA_MISMATCH` where one is left over
 */
export function forEachPair(
  document: string,
  member: string,
  flat: readonly unknown[],
  onPair: (first: unknown, second: unknown) => void,
): void {
  if (flat.length % 2 !== 0) {
    throw schemaMismatch(
      document,
      `${member} should be pairs and has ${flat.length} entries, one without its other half`,
    );
  }
  for (let index = 0; index < flat.length; index += 2) onPair(flat[index], flat[index + 1]);
}
