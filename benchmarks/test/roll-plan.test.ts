import { expect, test } from 'vitest';

import { planRolls } from '../roll/roll-plan.ts';

test('the longest rolls come first, and only small ones run as processes', () => {
  const rolls = planRolls(100, true);
  const sizes = rolls.map(({ units }) => units);
  expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  const processes = rolls.filter(({ driver }) => driver === 'processes');
  expect(new Set(processes.map(({ units }) => units))).toEqual(new Set([10, 3]));
});

test('charmhelpers is not run on Juju 4, where it cannot run', () => {
  const on4 = planRolls(100, true).filter(({ juju }) => juju === '4.0');
  expect(new Set(on4.map(({ contestant }) => contestant))).toEqual(
    new Set(['baton', 'rollingops']),
  );
});

test('without Python only Baton runs, and no roll has more units than were asked for', () => {
  const rolls = planRolls(10, false);
  expect(new Set(rolls.map(({ contestant }) => contestant))).toEqual(new Set(['baton']));
  expect(Math.max(...rolls.map(({ units }) => units))).toBe(10);
});
