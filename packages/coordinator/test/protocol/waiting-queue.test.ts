import { describe, expect, test } from 'vitest';

import { parseUnitName, type UnitName } from '../../src/model/names.ts';
import { parseTicket } from '../../src/model/ticket.ts';
import { WaitingQueue } from '../../src/protocol/waiting-queue.ts';

const unit = (number: number): UnitName => parseUnitName(`db/${number}`);

function queueOf(...numbers: readonly number[]): WaitingQueue {
  return new WaitingQueue(
    numbers.map((number, index) => ({ unit: unit(number), ticket: parseTicket(index + 1) })),
  );
}

describe('a queue', () => {
  test('gives the units in the order it was made with', () => {
    const queue = queueOf(2, 0, 1);
    expect([...queue]).toEqual(['db/2', 'db/0', 'db/1']);
    expect([queue.size, queue.first]).toEqual([3, 'db/2']);
  });

  test('forgets a unit that was taken out, wherever it stood', () => {
    const queue = queueOf(2, 0, 1, 5);
    queue.remove(unit(0));
    expect([[...queue], queue.size, queue.first]).toEqual([['db/2', 'db/1', 'db/5'], 3, 'db/2']);
    queue.remove(unit(2));
    expect([[...queue], queue.size, queue.first]).toEqual([['db/1', 'db/5'], 2, 'db/1']);
    expect([queue.has(unit(0)), queue.has(unit(2)), queue.has(unit(1))]).toEqual([
      false,
      false,
      true,
    ]);
  });

  test('does not change when a unit is taken out that does not wait', () => {
    const queue = queueOf(0, 1);
    queue.remove(unit(7));
    queue.remove(unit(0));
    queue.remove(unit(0));
    expect([...queue]).toEqual(['db/1']);
  });

  test('may shrink while it is walked', () => {
    const queue = queueOf(0, 1, 2, 3);
    const seen: UnitName[] = [];
    for (const waiting of queue) {
      seen.push(waiting);
      queue.remove(unit(2));
    }
    expect(seen).toEqual(['db/0', 'db/1', 'db/3']);
  });

  test('has no first unit when nobody waits', () => {
    const queue = queueOf(4);
    queue.remove(unit(4));
    expect([[...queue], queue.size]).toEqual([[], 0]);
    expect(() => queue.first).toThrow(new RangeError('nobody waits in this queue'));
  });
});
