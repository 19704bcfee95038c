import { describe, expect, it } from 'vitest';

import { allowedAtOnce, isPolicyChoice, makePolicy } from '../src/policy-choice.ts';

describe('allowedAtOnce', () => {
  it.each([
    ['serial', 5, 1],
    ['limit=2', 5, 2],
    ['limit=9', 5, 9],
    ['limit=25%', 5, 1],
    ['limit=40%', 5, 2],
    ['limit=50%', 5, 2],
    ['limit=100%', 5, 5],
    ['limit=1%', 1, 1],
  ] as const)('%s of %i units is %i', (choice, units, allowed) => {
    expect(allowedAtOnce(choice, units)).toBe(allowed);
  });
});

describe('isPolicyChoice', () => {
  it.each(['serial', 'limit=1', 'limit=12', 'limit=1%', 'limit=100%'])('takes %s', (text) => {
    expect(isPolicyChoice(text) && typeof makePolicy(text)).toBe('function');
  });

  it.each(['', 'Serial', 'limit', 'limit=', 'limit=-1', 'limit=1.5', 'limit=101%', 'limit=2 '])(
    'refuses %j',
    (text) => {
      expect(isPolicyChoice(text)).toBe(false);
    },
  );
});
