import { CodecError } from '@baton/coordinator';
import { describe, expect, test } from 'vitest';

import type { Decoder } from '../decoder.ts';
import { DECODERS } from '../decoders.ts';
import { fuzzRange, INPUT_MS_MAX, tryInput } from '../fuzz-range.ts';
import { fromHex, toHex, type Input } from '../input.ts';

const SEED = 20_260_101;

/** Every input is small, and a busy machine is slow. */
const FUZZ_MS = 120_000;

const NOTHING: Input = { bytes: undefined, text: undefined };

/** A decoder that does this. */
function decoderThat(decode: Decoder['decode']): Decoder {
  return { name: 'made-up', inputs: () => () => NOTHING, decode };
}

test.each(DECODERS.map((decoder) => [decoder.name, decoder] as const))(
  '%s gives a value or an error of its own for any input',
  (_, decoder) => {
    const { inputs, values, refused, failures } = fuzzRange(decoder, {
      seed: SEED,
      from: 0,
      count: 20_000,
    });

    expect(failures, `seed ${SEED}`).toEqual([]);
    expect(inputs).toBe(20_000);
    // Inputs that are all refused, or all read, would show little.
    expect(values).toBeGreaterThan(500);
    expect(refused['MALFORMED']).toBeGreaterThan(500);
  },
  FUZZ_MS,
);

test('the same seed gives the same inputs, however they are shared out', () => {
  const seen: string[] = [];
  for (const decoder of DECODERS) {
    const watching: Decoder = {
      ...decoder,
      decode: (input) => {
        seen.push(toHex(input));
        return decoder.decode(input);
      },
    };
    fuzzRange(watching, { seed: SEED, from: 0, count: 200 });
    const whole = seen.splice(0);
    fuzzRange(watching, { seed: SEED, from: 0, count: 50 });
    fuzzRange(watching, { seed: SEED, from: 50, count: 150 });
    expect(seen.splice(0)).toEqual(whole);
  }
});

describe('a decoder is found out that', () => {
  test('throws another error', () => {
    const decoder = decoderThat(() => {
      throw new RangeError('out of range');
    });
    const { failures } = fuzzRange(decoder, { seed: SEED, from: 0, count: 10 });
    expect(failures[0]).toMatchObject({ hex: '-:-', what: expect.stringContaining('RangeError') });
  });

  test('gives what cannot be written and read again', () => {
    expect(
      tryInput(
        decoderThat(() => () => 'another one'),
        NOTHING,
      ).outcome,
    ).toEqual({
      failed: 'another one',
    });
    const throwing = decoderThat(() => () => {
      throw new CodecError('TOO_LARGE', 'too large');
    });
    expect(tryInput(throwing, NOTHING).outcome).toHaveProperty('failed');
  });

  test('takes too long, each time', () => {
    const slow = decoderThat(() => {
      const end = performance.now() + INPUT_MS_MAX + 10;
      while (performance.now() < end);
      return () => undefined;
    });
    expect(tryInput(slow, NOTHING).outcome).toHaveProperty('failed');
  });

  test('changes a prototype', () => {
    const polluting = decoderThat(() => {
      Object.assign(Object.prototype, { polluted: true });
      return () => undefined;
    });
    try {
      expect(tryInput(polluting, NOTHING).outcome).toHaveProperty('failed');
    } finally {
      Reflect.deleteProperty(Object.prototype, 'polluted');
    }
  });

  test('quotes all of what it was given', () => {
    const wordy = decoderThat(() => {
      throw new CodecError('MALFORMED', 'x'.repeat(5000));
    });
    expect(tryInput(wordy, NOTHING).outcome).toHaveProperty('failed');
  });
});

test('an input is printed and read as it is', () => {
  const inputs: Input[] = [
    NOTHING,
    { bytes: new Uint8Array(), text: '' },
    { bytes: Uint8Array.of(0, 255, 16), text: undefined },
    { bytes: undefined, text: 'a\ud800\u0000ü' },
  ];
  for (const input of inputs) expect(fromHex(toHex(input))).toEqual(input);
  expect(fromHex('9:-')).toBeUndefined();
});
