import { describe, expect, it } from 'vitest';

import { Rotation, type Backend } from '../src/rotation.ts';

const a: Backend = { unit: 'web/0', port: 1 };
const b: Backend = { unit: 'web/1', port: 2 };
const c: Backend = { unit: 'web/2', port: 3 };

function turns(rotation: Rotation, count: number, now: number): string[] {
  return Array.from({ length: count }, () => rotation.next(now).unit);
}

describe('Rotation', () => {
  it('takes the servers in turn', () => {
    expect(turns(new Rotation([a, b, c]), 4, 0)).toEqual(['web/0', 'web/1', 'web/2', 'web/0']);
  });

  it('leaves out a server that is away, and tries it again after a rest', () => {
    const rotation = new Rotation([a, b, c]);
    rotation.away(b, 1000);
    expect(turns(rotation, 3, 1001)).toEqual(['web/0', 'web/2', 'web/0']);
    expect(turns(rotation, 3, 2000)).toEqual(['web/1', 'web/2', 'web/0']);
  });

  it('still names one when all are away', () => {
    const rotation = new Rotation([a, b]);
    rotation.away(a, 0);
    rotation.away(b, 0);
    expect(turns(rotation, 3, 1)).toEqual(['web/0', 'web/1', 'web/0']);
  });

  it('sends a refused request to another server, the one that answered last', () => {
    const rotation = new Rotation([a, b, c]);
    rotation.answered(a, 30);
    rotation.answered(b, 10);
    rotation.answered(c, 20);
    expect(rotation.second(a, 40)).toBe(c);
    expect(rotation.second(c, 40)).toBe(a);
  });

  it('does not send a refused request to a server that is away', () => {
    const rotation = new Rotation([a, b, c]);
    rotation.answered(b, 10);
    rotation.answered(c, 20);
    rotation.away(c, 30);
    expect(rotation.second(a, 31)).toBe(b);
  });

  it('refuses to be empty', () => {
    expect(() => new Rotation([])).toThrow(RangeError);
  });
});
