import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';

import type { RequestSheet } from '../../src/model/documents.ts';
import { parseUnitName } from '../../src/model/names.ts';
import { withRequest } from '../../src/protocol/requests.ts';
import { nextTicket } from '../../src/protocol/tickets.ts';
import { grantSheet, requestSheet, SEED } from '../wire/documents.ts';
import { NOW, RESTART } from './views.ts';

const DAY = 24 * 60 * 60 * 1_000_000;
const ME = parseUnitName('db/0');
const NOTHING = requestSheet(0);
const NO_GRANTS = grantSheet();

describe('the next ticket', () => {
  test('is the clock where nothing is above it', () => {
    expect(nextTicket(ME, NOTHING, NO_GRANTS, NOW)).toBe(NOW);
    expect(nextTicket(ME, requestSheet(NOW - 2), NO_GRANTS, NOW)).toBe(NOW);
  });

  test('is above the lastTicket of the unit, whatever the clock says', () => {
    expect(nextTicket(ME, requestSheet(NOW), NO_GRANTS, NOW)).toBe(NOW + 1);
    expect(nextTicket(ME, requestSheet(NOW + 30 * DAY), NO_GRANTS, NOW)).toBe(NOW + 30 * DAY + 1);
  });

  test.each([
    ['a little', 5],
    ['more than a day', 3 * DAY],
  ])("is above the unit's own orphans that are %s ahead", (_how, ahead) => {
    const grants = grantSheet(['a', { 'db/0': NOW + ahead }], ['b', { 'db/0': NOW + 1 }]);
    expect(nextTicket(ME, NOTHING, grants, NOW)).toBe(NOW + ahead + 1);
  });

  test("is above others' tickets in every lock, up to a day ahead", () => {
    const grants = grantSheet(
      ['a', { 'db/1': NOW + 3, 'db/2': NOW + DAY }],
      ['b', { 'db/3': NOW + 9 }],
    );
    expect(nextTicket(ME, NOTHING, grants, NOW)).toBe(NOW + DAY + 1);
  });

  test("leaves out others' tickets that are more than a day ahead", () => {
    const grants = grantSheet(['a', { 'db/1': NOW + DAY + 1, 'db/2': NOW + 7 }]);
    expect(nextTicket(ME, NOTHING, grants, NOW)).toBe(NOW + 8);
  });

  test("is the clock where others' tickets are below it", () => {
    const grants = grantSheet(['a', { 'db/1': NOW - 1, 'db/2': NOW - DAY }]);
    expect(nextTicket(ME, NOTHING, grants, NOW)).toBe(NOW);
  });

  test('is a ticket where the clock is before the epoch', () => {
    expect(nextTicket(ME, NOTHING, NO_GRANTS, -5 * DAY)).toBe(1);
  });

  test('is refused where no number could tell it from its neighbours', () => {
    const spent = requestSheet(Number.MAX_SAFE_INTEGER);
    expect(() => nextTicket(ME, spent, NO_GRANTS, NOW)).toThrow(z.core.$ZodError);
  });

  test('strictly increases under any clock, whatever the others were granted', () => {
    const clock = fc.oneof(
      fc.integer({ min: NOW - 10, max: NOW + 10 }),
      fc.integer({ min: -DAY, max: 4 * NOW }),
    );
    const ticket = fc.oneof(
      fc.integer({ min: 1, max: 4 * NOW }),
      fc.integer({ min: NOW - 10, max: NOW + 2 * DAY }),
    );
    const grants = fc
      .tuple(ticket, ticket, fc.boolean())
      .map(([first, second, own]) =>
        grantSheet(['a', { 'db/1': first, [own ? 'db/0' : 'db/2']: second }]),
      );
    fc.assert(
      fc.property(fc.array(fc.tuple(clock, grants), { maxLength: 20 }), (steps) => {
        let sheet: RequestSheet = NOTHING;
        for (const [now, granted] of steps) {
          const next = nextTicket(ME, sheet, granted, now);
          expect(next).toBeGreaterThan(sheet.lastTicket);
          expect(next).toBeGreaterThan(granted.values().next().value?.get(ME) ?? 0);
          sheet = withRequest(sheet, RESTART, next);
        }
      }),
      { seed: SEED },
    );
  });
});
