import { InvalidArgumentError } from 'commander';

/** Reads how many there are to be of something. @throws {InvalidArgumentError} for anything else */
export function parseCount(text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a whole number above 0.');
}
