import { limit, serial, type Policy } from '@baton/coordinator';
import { InvalidArgumentError } from 'commander';

const LIMIT = /^limit=(?:([1-9][0-9]*)|([1-9][0-9]*)%)$/;

/** Reads `serial`, `limit=2` or `limit=25%`. @throws {InvalidArgumentError} */
export function parsePolicy(text: string): Policy {
  if (text === 'serial') return serial();
  const [, count, share] = LIMIT.exec(text) ?? [];
  try {
    if (count !== undefined) return limit(Number(count));
    if (share !== undefined) return limit(`${Number(share)}%`);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InvalidArgumentError(error.message);
  }
  throw new InvalidArgumentError('expected serial, limit=N or limit=N%.');
}
