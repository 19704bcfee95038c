import { afterEach, describe, expect, test, vi } from 'vitest';

import { parseUnitName, type UnitName } from '../../src/model/names.ts';
import { limit } from '../../src/policy/limit.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { serial } from '../../src/policy/serial.ts';
import type { LeaderView } from '../../src/protocol/decide.ts';
import type { SheetReading, UnitState } from '../../src/store/lock-store.ts';
import { asking, decideWith, viewOf } from './views.ts';

/** A map that counts how often it is looked into and how many entries it gives. */
class CountedMap<K, V> extends Map<K, V> {
  steps = 0;

  override get(key: K): V | undefined {
    this.steps += 1;
    return super.get(key);
  }

  override has(key: K): boolean {
    this.steps += 1;
    return super.has(key);
  }

  override *[Symbol.iterator](): MapIterator<[K, V]> {
    for (const entry of super.entries()) {
      this.steps += 1;
      yield entry;
    }
    return undefined;
  }
}

function crowd(waiting: number): {
  readonly view: LeaderView;
  readonly sheets: CountedMap<UnitName, SheetReading>;
  readonly liveUnits: CountedMap<UnitName, UnitState>;
} {
  const sheets = new CountedMap<UnitName, SheetReading>();
  const liveUnits = new CountedMap<UnitName, UnitState>();
  for (let number = 0; number < waiting; number += 1) {
    const unit = parseUnitName(`db/${number}`);
    sheets.set(unit, asking({ restart: 1 + ((number * 7919) % waiting) }));
    liveUnits.set(unit, 'alive');
  }
  return { view: { ...viewOf({}), sheets, liveUnits }, sheets, liveUnits };
}

/** How much a decision looked at, counted and not timed. */
function costOf(waiting: number, policy: Policy): { questions: number; steps: number } {
  const { view, sheets, liveUnits } = crowd(waiting);
  let questions = 0;
  const looks = vi.spyOn(Set.prototype, 'has');
  decideWith(view, (contest) => {
    questions += 1;
    return policy(contest);
  });
  const steps = sheets.steps + liveUnits.steps + looks.mock.calls.length;
  return { questions, steps };
}

/** In turn everybody stands first, so that nobody waits. */
const ifFirst: Policy = ({ unit, queue }) =>
  unit === queue.first || { wait: { why: 'behind', unit: queue.first } };

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each([
  ['serial()', serial()],
  ["limit('25%')", limit('25%')],
  ['a policy that lets in whoever stands first', ifFirst],
])('deciding with %s', (_name, policy) => {
  test.each([1_000, 10_000])('asks once and looks a few times for each of %i units', (waiting) => {
    const { questions, steps } = costOf(waiting, policy);
    expect(questions).toBe(waiting);
    expect(steps).toBeGreaterThan(waiting);
    expect(steps).toBeLessThanOrEqual(8 * waiting);
  });
});
