import type { Random } from '../soak/random.ts';
import type { Input } from './input.ts';

/**
 * Looks at what was decoded: writes it and reads that again. Undefined where the same came back, else a
 * sentence about the difference. What it throws is a failure too.
 */
export type Verify = () => string | undefined;

/** Something that reads what may come from anywhere. */
export interface Decoder {
  readonly name: string;
  /** Makes a source of inputs around valid ones; the same numbers give the same inputs. */
  inputs(random: Random): (random: Random) => Input;
  /** @throws {CodecError | GobError} and nothing else */
  decode(input: Input): Verify;
}
