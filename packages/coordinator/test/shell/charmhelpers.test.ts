import { expect, test } from 'vitest';

import { compactCodec, EMPTY_REQUEST_SHEET, type Codec } from '../../src/index.ts';
import { ticketsOf } from '../protocol/views.ts';
import { leaderHolds, secondHolds } from './situations.ts';
import type { World, WorldUnit } from './world.ts';

/** Reads a sheet that is marked as one of charmhelpers as its reader does: `lastTicket` is not known. */
const codec: Codec = {
  ...compactCodec,
  decodeRequestSheet(bytes) {
    const sheet = compactCodec.decodeRequestSheet(bytes);
    return sheet.labels.has('charmhelpers') ? { ...sheet, lastTicket: Infinity } : sheet;
  },
};

/** Puts the sheet of a unit that ran charmhelpers in place of its own. */
function ranCharmhelpers(world: World, unit: WorldUnit, open: Record<string, number>): void {
  const sheet = {
    ...EMPTY_REQUEST_SHEET,
    lastTicket: Math.max(0, ...Object.values(open)),
    requests: ticketsOf(open),
    labels: new Map([['charmhelpers', 'yes']]),
  };
  world.cluster.corrupt(unit.name, compactCodec.encodeRequestSheet(sheet));
}

test('a unit that ran charmhelpers until now goes on with its requests, and from their largest ticket', async () => {
  const { world, leader, holder, next } = await secondHolds({ codec });
  const ticket = world.grants['restart']?.[holder.name] ?? 0;
  ranCharmhelpers(world, holder, { restart: ticket, backup: ticket - 5 });
  await holder.run((coordinator) => {
    expect(coordinator.granted('restart')).toBe(true);
  });
  expect(world.sheet(holder.name)).toMatchObject({
    lastTicket: ticket,
    requests: ticketsOf({ backup: ticket - 5 }),
  });
  await leader.run();
  expect(world.holders()).toEqual([next.name]);
});

test('a unit that ran charmhelpers until now has given up what is not open in its sheet', async () => {
  const { world, leader, next } = await leaderHolds({ codec });
  const ticket = world.grants['restart']?.[leader.name];
  ranCharmhelpers(world, leader, {});
  await leader.runWithoutCode();
  expect(world.holders()).toEqual([next.name]);
  expect(world.sheet(leader.name).lastTicket).toBe(ticket);
});

test('a unit that ran charmhelpers until now and never asked begins anew', async () => {
  const { world, third } = await leaderHolds({ codec });
  ranCharmhelpers(world, third, {});
  await third.runWithoutCode();
  expect(world.sheet(third.name).lastTicket).toBe(0);
});
