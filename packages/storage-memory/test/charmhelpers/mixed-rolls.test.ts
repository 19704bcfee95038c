import type { UnitName } from '@baton/coordinator';
import { afterEach, describe, expect, test } from 'vitest';

import { LOCK, MixedRoll, OTHER_LOCK, type Kind } from './mixed-roll.ts';

const rolls: MixedRoll[] = [];

afterEach(async () => {
  for (const roll of rolls.splice(0)) await roll.close();
});

function rollOf(...kinds: readonly Kind[]): MixedRoll {
  const roll = new MixedRoll(kinds);
  rolls.push(roll);
  return roll;
}

function unitAt(roll: MixedRoll, index: number): UnitName {
  const unit = roll.units[index];
  if (unit === undefined) throw new RangeError(`there is no unit ${index}`);
  return unit;
}

/** Runs one hook of each unit in turn. */
async function hookEach(roll: MixedRoll): Promise<void> {
  for (const unit of roll.units) await roll.hook(unit);
}

const MIXED: readonly Kind[] = [
  'charmhelpers',
  'charmhelpers',
  'with-option',
  'with-option',
  'with-option',
];

describe('two units that run charmhelpers and three that run Baton', () => {
  for (const [leader, kind] of [
    [0, 'charmhelpers'],
    [2, 'Baton'],
  ] as const) {
    test(`are served one at a time, in the order they asked, with a leader that runs ${kind}`, async () => {
      const roll = rollOf(...MIXED);
      roll.elect(unitAt(roll, leader));
      for (const index of [3, 0, 4, 1, 2]) {
        roll.want(unitAt(roll, index));
        await roll.hook(unitAt(roll, index));
      }
      expect(await roll.settle()).toEqual([]);
      expect(roll.violations).toEqual([]);
      // The leader may have been served in the hook in which it asked, if the lock was free; it was not.
      expect(roll.served).toEqual([3, 0, 4, 1, 2].map((index) => `${unitAt(roll, index)} ${LOCK}`));
    });

    test(`wait for a unit of either kind that failed under the lock, with a leader that runs ${kind}`, async () => {
      for (const holder of [1, 3]) {
        const roll = rollOf(...MIXED);
        roll.elect(unitAt(roll, leader));
        roll.want(unitAt(roll, holder));
        await roll.hook(unitAt(roll, holder));
        await roll.hook(unitAt(roll, leader));
        expect(await roll.holders()).toEqual([unitAt(roll, holder)]);
        await roll.hook(unitAt(roll, holder), { fails: true });
        for (const unit of roll.units) roll.want(unit);
        for (let round = 0; round < 3; round += 1) {
          for (const unit of roll.units) {
            if (unit !== unitAt(roll, holder)) await roll.hook(unit);
          }
        }
        expect(await roll.holders()).toEqual([unitAt(roll, holder)]);
        expect(roll.served).toEqual([]);
        expect(await roll.settle()).toEqual([]);
        expect(roll.violations).toEqual([]);
      }
    });
  }

  test('go on under one lock while leadership moves between the two kinds', async () => {
    const roll = rollOf(...MIXED);
    for (const unit of roll.units) roll.want(unit);
    for (const leader of [0, 2, 1, 3, 0, 4]) {
      roll.elect(unitAt(roll, leader));
      await hookEach(roll);
    }
    expect(await roll.settle()).toEqual([]);
    expect(roll.violations).toEqual([]);
  });
});

describe('a unit that is upgraded in place from charmhelpers', () => {
  for (const [leader, kind] of [
    [2, 'charmhelpers'],
    [3, 'Baton'],
  ] as const) {
    test(`keeps its place in the queue of a leader that runs ${kind}`, async () => {
      const roll = rollOf('charmhelpers', 'charmhelpers', 'charmhelpers', 'with-option');
      roll.elect(unitAt(roll, leader));
      for (const index of [1, 0, 3]) {
        roll.want(unitAt(roll, index));
        await roll.hook(unitAt(roll, index));
      }
      await roll.hook(unitAt(roll, leader));
      expect(await roll.holders()).toEqual([unitAt(roll, 1)]);
      await roll.change(unitAt(roll, 0), 'with-option');
      expect(await roll.settle()).toEqual([]);
      expect(roll.violations).toEqual([]);
      expect(roll.served).toEqual([1, 0, 3].map((index) => `${unitAt(roll, index)} ${LOCK}`));
    });

    test(`keeps the lock that a leader running ${kind} gave it, and works under it`, async () => {
      const roll = rollOf('charmhelpers', 'charmhelpers', 'charmhelpers', 'with-option');
      const [first, second] = [unitAt(roll, 0), unitAt(roll, 1)];
      roll.elect(unitAt(roll, leader));
      roll.want(first);
      await roll.hook(first);
      await roll.hook(unitAt(roll, leader));
      await roll.hook(first, { fails: true });
      roll.want(second);
      await roll.hook(second);
      expect(await roll.holders()).toEqual([first]);
      await roll.change(first, 'with-option');
      expect(roll.served).toEqual([`${first} ${LOCK}`]);
      expect(await roll.settle()).toEqual([]);
      expect(roll.served).toEqual([`${first} ${LOCK}`, `${second} ${LOCK}`]);
      expect(roll.violations).toEqual([]);
    });
  }
});

describe('a unit that goes back to charmhelpers', () => {
  test('is granted a lock by a leader that runs Baton, and gives it back', async () => {
    const roll = rollOf('with-option', 'with-option', 'with-option');
    const [leader, back] = [unitAt(roll, 0), unitAt(roll, 1)];
    roll.elect(leader);
    for (const unit of roll.units) roll.want(unit);
    expect(await roll.settle()).toEqual([]);
    await roll.change(back, 'charmhelpers');
    for (let round = 0; round < 2; round += 1) {
      roll.want(back);
      await roll.hook(back);
      for (const unit of roll.units) roll.want(unit);
      expect(await roll.settle()).toEqual([]);
    }
    expect(roll.violations).toEqual([]);
  });

  test('keeps its place in the queue', async () => {
    const roll = rollOf('with-option', 'with-option', 'with-option');
    const [leader, back, last] = [unitAt(roll, 0), unitAt(roll, 1), unitAt(roll, 2)];
    roll.want(back);
    await roll.hook(back);
    roll.want(last);
    await roll.hook(last);
    await roll.change(back, 'charmhelpers');
    roll.elect(leader);
    expect(await roll.settle()).toEqual([]);
    expect(roll.served).toEqual([`${back} ${LOCK}`, `${last} ${LOCK}`]);
    expect(roll.violations).toEqual([]);
  });
});

describe('the released grant that a charmhelpers leader leaves to itself', () => {
  for (const past of ['charmhelpers', 'with-option'] as const) {
    test(`does not stop the Baton leader after it, of a unit that began with ${past}`, async () => {
      const roll = rollOf(past, 'with-option', 'with-option');
      const [former, next] = [unitAt(roll, 0), unitAt(roll, 1)];
      roll.elect(former);
      await hookEach(roll);
      await roll.change(former, 'charmhelpers');
      roll.want(former);
      await roll.hook(former);
      expect(roll.served).toEqual([`${former} ${LOCK}`]);
      expect(roll.cluster.readText('coordinator', 'grants')).toContain(`"${former}": {"${LOCK}"`);
      roll.elect(next);
      for (const unit of roll.units) roll.want(unit);
      expect(await roll.settle()).toEqual([]);
      expect(roll.violations).toEqual([]);
    });
  }

  test('does not stop the unit itself once it is upgraded', async () => {
    const roll = rollOf('charmhelpers', 'with-option');
    const former = unitAt(roll, 0);
    roll.elect(former);
    roll.want(former);
    await roll.hook(former);
    await roll.change(former, 'with-option');
    for (const unit of roll.units) roll.want(unit);
    expect(await roll.settle()).toEqual([]);
    expect(roll.violations).toEqual([]);
  });
});

describe('an upgrade of all units, one after another, in the middle of rolls', () => {
  const STEPS: readonly Kind[] = ['with-option', 'plain', 'with-option', 'charmhelpers'];
  const ORDERS = [
    { name: 'the leader last', leader: 0, order: [3, 2, 1, 0] },
    { name: 'the leader first', leader: 0, order: [0, 1, 2, 3] },
    { name: 'leadership going on to whoever was changed', leader: 1, order: [2, 0, 3, 1] },
  ] as const;
  for (const { name, leader, order } of ORDERS) {
    test(`goes to Baton without the option and back to charmhelpers, ${name}`, async () => {
      const roll = rollOf('charmhelpers', 'charmhelpers', 'charmhelpers', 'charmhelpers');
      const moves = name.startsWith('leadership');
      roll.elect(unitAt(roll, leader));
      await hookEach(roll);
      for (const kind of STEPS) {
        for (const index of order) {
          for (const unit of roll.units) {
            roll.want(unit);
            roll.want(unit, OTHER_LOCK);
          }
          await hookEach(roll);
          for (const unit of await roll.holders()) await roll.hook(unit, { fails: true });
          await roll.change(unitAt(roll, index), kind);
          if (moves) roll.elect(unitAt(roll, index));
          await hookEach(roll);
          expect(roll.violations).toEqual([]);
        }
        expect(await roll.settle()).toEqual([]);
      }
      expect(roll.violations).toEqual([]);
      expect(roll.units.map((unit) => roll.kindOf(unit))).toEqual(
        roll.units.map(() => 'charmhelpers'),
      );
    }, 60_000);
  }
});
