import { expect, test } from 'vitest';

import { compactCodec, parseTicket, ticketDate, toText } from '@baton/coordinator';

import { grantSheet, requestSheet } from './documents.ts';

const NEW_YEAR_2026 = 1_767_225_600_000_000;
const MINUTE = 60_000_000;

/** How charmhelpers writes a moment: UTC, always six digits after the point. */
function stamp(ticket: number): string {
  const seconds = ticketDate(parseTicket(ticket)).toISOString().slice(0, 19).replace('T', ' ');
  return `${seconds}.${String(ticket % 1_000_000).padStart(6, '0')}Z`;
}

/** How charmhelpers writes what a unit asks for, and the leader grants. */
function charmhelpers(entries: readonly (readonly [string, string])[]): string {
  const sorted = entries.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([key, json]) => `${JSON.stringify(key)}: ${json}`).join(', ')}}`;
}

function requestsJson(lock: string, ticket: number): string {
  return charmhelpers([[lock, JSON.stringify(stamp(ticket))]]);
}

test('one open request takes, as text, at most three quarters of what charmhelpers writes', () => {
  const json = requestsJson('restart', NEW_YEAR_2026);
  expect(json).toBe('{"restart": "2026-01-01 00:00:00.000000Z"}');
  const sheet = requestSheet(NEW_YEAR_2026, { restart: NEW_YEAR_2026 });
  const text = toText(compactCodec.encodeRequestSheet(sheet));
  expect(text.length).toBeLessThanOrEqual(0.75 * json.length);
});

test('grants of 100 units take, as bytes and as text, at most a fifth of what charmhelpers writes', () => {
  // Requests that came within the hour, at odd moments.
  const tickets = Array.from(
    { length: 100 },
    (_, unit) =>
      [`db/${unit}`, NEW_YEAR_2026 + ((unit * 37) % 60) * MINUTE + unit * 123_457] as const,
  );
  const json = charmhelpers(
    tickets.map(([unit, ticket]) => [unit, requestsJson('restart', ticket)] as const),
  );
  expect(json).toContain('"db/37": {"restart": "2026-01-01 00:49:04.567909Z"}');
  const bytes = compactCodec.encodeGrantSheet(grantSheet(['restart', Object.fromEntries(tickets)]));
  expect(bytes.length).toBeLessThanOrEqual(0.2 * json.length);
  expect(toText(bytes).length).toBeLessThanOrEqual(0.2 * json.length);
});
