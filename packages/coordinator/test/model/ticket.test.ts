import { expect, test } from 'vitest';
import * as z from 'zod/mini';

import { parseTicket, ticketDate } from '../../src/model/ticket.ts';

test.each([1, 2, 1_767_225_600_000_000, Number.MAX_SAFE_INTEGER])('%d is a ticket', (value) => {
  expect(parseTicket(value)).toBe(value);
});

test.each([0, -1, 1.5, Number.NaN, Infinity, -Infinity, 2 ** 53])('%d is no ticket', (value) => {
  expect(() => parseTicket(value)).toThrow(z.core.$ZodError);
});

test('a ticket says when the request was made, in whole milliseconds', () => {
  expect(ticketDate(parseTicket(1_767_225_600_123_999)).toISOString()).toBe(
    '2026-01-01T00:00:00.123Z',
  );
  expect(ticketDate(parseTicket(1))).toEqual(new Date(0));
  expect(ticketDate(parseTicket(Number.MAX_SAFE_INTEGER)).getUTCFullYear()).toBe(2255);
});
