import type { Message } from './read-message.ts';
import { schemaMismatch } from './schema-mismatch.ts';

/**
 * Calls back with the entries of a flat list, two by two.
 *
 * @throws {CodecError} `SCHEMA_MISMATCH` where one is left over
 */
export function forEachPair(
  document: string,
  member: string,
  flat: readonly Message[],
  onPair: (first: Message, second: Message) => void,
): void {
  if (flat.length % 2 !== 0) {
    throw schemaMismatch(
      document,
      `${member} should be pairs and has ${flat.length} entries, one without its other half`,
    );
  }
  flat.forEach((first, index) => {
    const second = flat[index + 1];
    if (index % 2 === 0 && second !== undefined) onPair(first, second);
  });
}
