import type { Bag } from '../model/bag.ts';
import { UsageError } from './result.ts';

/**
 * Reads `key=value` arguments: split at the first `=`, both sides trimmed, empty arguments skipped.
 * @throws {UsageError} for an argument without `=` or without a key, or a key that comes twice
 */
export function parseKeyValues(args: readonly string[]): Bag {
  const pairs = new Map<string, string>();
  for (const arg of args) {
    if (arg === '') continue;
    const equals = arg.indexOf('=');
    const key = arg.slice(0, Math.max(equals, 0)).trim();
    if (key === '') throw new UsageError(`expected "key=value", got "${arg}"`);
    if (pairs.has(key)) throw new UsageError(`key "${key}" specified more than once`);
    pairs.set(key, arg.slice(equals + 1).trim());
  }
  return pairs;
}
