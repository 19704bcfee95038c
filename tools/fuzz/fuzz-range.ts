import { CodecError } from '@baton/coordinator';
import { GobError } from '@baton/hook-tools/gob';

import { Random } from '../soak/random.ts';
import type { Decoder, Verify } from './decoder.ts';
import { toHex, type Input } from './input.ts';

/** No input may take longer, in milliseconds; the largest ones have a megabyte. */
export const INPUT_MS_MAX = 250;

/** A message quotes what it complains of, and cuts it. */
const MESSAGE_LENGTH_MAX = 1000;

/** A slow input is tried again so often: a busy machine makes any input slow once. */
const TRIES = 3;

const FAILURES_MAX = 3;

/** Inputs that need not be counted by themselves to find one: so many are between two looks at the prototypes. */
const PART = 1000;

/** An input for which a decoder did what it must not. */
export interface Failure {
  readonly decoder: string;
  /** The input, for `--input`. */
  readonly hex: string;
  readonly what: string;
}

/** What became of inputs. */
export interface Tally {
  readonly inputs: number;
  /** Inputs that gave a document. */
  readonly values: number;
  /** Inputs that were refused, by the code of the error. */
  readonly refused: Readonly<Record<string, number>>;
  readonly slowestMs: number;
  readonly failures: readonly Failure[];
}

/** Which inputs to try. */
export interface Range {
  readonly seed: number;
  readonly from: number;
  readonly count: number;
}

/** Tries the inputs of a range; stops early after some failures. `onPart` hears how far it has come. */
export function fuzzRange(
  decoder: Decoder,
  { seed, from, count }: Range,
  onPart: (tried: number) => void = () => undefined,
): Tally {
  const makeInput = decoder.inputs(new Random(seed));
  const refused: Record<string, number> = {};
  const failures: Failure[] = [];
  const prototypes = describePrototypes();
  let [values, slowestMs, inputs] = [0, 0, 0];
  while (inputs < count && failures.length < FAILURES_MAX) {
    const input = makeInput(randomAt(seed, from + inputs));
    const { outcome, ms } = tryInput(decoder, input);
    inputs += 1;
    slowestMs = Math.max(slowestMs, ms);
    if (outcome === 'value') values += 1;
    else if ('refused' in outcome) refused[outcome.refused] = (refused[outcome.refused] ?? 0) + 1;
    else failures.push({ decoder: decoder.name, hex: toHex(input), what: outcome.failed });
    if (inputs % PART === 0) onPart(inputs);
  }
  if (describePrototypes() !== prototypes) {
    failures.push({ decoder: decoder.name, hex: '', what: 'the prototypes have changed' });
  }
  return { inputs, values, refused, slowestMs, failures };
}

/** What one input gave. */
export type Outcome =
  | 'value'
  /** The code of the CodecError or GobError. */
  | { readonly refused: string }
  /** What the decoder did that it must not. */
  | { readonly failed: string };

/** Gives one input to a decoder. */
export function tryInput(
  decoder: Decoder,
  input: Input,
): { readonly outcome: Outcome; readonly ms: number } {
  let ms = Infinity;
  let outcome: Outcome = 'value';
  for (let tries = 0; tries < TRIES && ms > INPUT_MS_MAX; tries += 1) {
    const began = performance.now();
    const decoded = decode(decoder, input);
    ms = Math.min(ms, performance.now() - began);
    outcome = typeof decoded === 'function' ? verify(decoded) : decoded;
  }
  if (ms > INPUT_MS_MAX) outcome = { failed: `it took ${ms.toFixed(0)} ms` };
  // What is put into a prototype by assignment shows up in every object.
  for (const key in {})
    outcome = { failed: `every object has a property ${JSON.stringify(key)} now` };
  return { outcome, ms };
}

function decode(decoder: Decoder, input: Input): Verify | Outcome {
  try {
    return decoder.decode(input);
  } catch (error) {
    if (!CodecError.is(error) && !GobError.is(error))
      return { failed: `it threw ${describeError(error)}` };
    if (error.message.length > MESSAGE_LENGTH_MAX) {
      return { failed: `its message has ${error.message.length} characters` };
    }
    return { refused: error.code };
  }
}

function verify(check: Verify): Outcome {
  try {
    const complaint = check();
    return complaint === undefined ? 'value' : { failed: complaint };
  } catch (error) {
    return { failed: `what it gave cannot be written and read again: ${describeError(error)}` };
  }
}

function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? String(error)) : String(error);
}

/** The same input has the same number, however the inputs are shared out. */
function randomAt(seed: number, index: number): Random {
  return new Random(Math.imul(seed ^ 0x9e37_79b9, 0x85eb_ca6b) ^ Math.imul(index + 1, 0xc2b2_ae35));
}

function describePrototypes(): string {
  const prototypes = [Object, Array, Map, String, Number, Uint8Array, Error, Function, Promise];
  return prototypes
    .map(({ prototype }) => Reflect.ownKeys(prototype).map(String).join(' '))
    .join('\n');
}
