import { expect, test } from 'vitest';

import { limit } from '../../src/policy/limit.ts';

test.each([Number.NaN, Infinity])('a limit that is refused is named in the message: %d', (most) => {
  expect(() => limit(most)).toThrow(new RegExp(`^${most} is not a limit`));
});
