import { describe, expect, test } from 'vitest';

import { EMPTY_REQUEST_SHEET } from '../../src/model/documents.ts';
import { parseLockName } from '../../src/model/names.ts';
import { parseTicket } from '../../src/model/ticket.ts';
import {
  adoptingAll,
  givingUp,
  withoutRequests,
  withRequest,
} from '../../src/protocol/requests.ts';
import { requestSheet } from '../wire/documents.ts';
import { RESTART, ticketsOf } from './views.ts';

const SHEET = requestSheet(
  10,
  { restart: 10, reboot: 8 },
  { labels: new Map([['zone', 'a']]), nonce: 4, fromStash: true },
);
const COPY = structuredClone(SHEET);

describe('changing a sheet', () => {
  test('adds a request and raises lastTicket to cover it', () => {
    expect(withRequest(SHEET, parseLockName('backup'), parseTicket(12))).toEqual({
      ...SHEET,
      lastTicket: 12,
      requests: ticketsOf({ restart: 10, reboot: 8, backup: 12 }),
    });
  });

  test('never lowers lastTicket when it adds a request', () => {
    const sheet = withRequest(requestSheet(20), RESTART, parseTicket(12));
    expect(sheet).toEqual(requestSheet(20, { restart: 12 }));
  });

  test('takes requests away and leaves lastTicket, which is the proof', () => {
    const locks = [RESTART, parseLockName('unknown')];
    expect(withoutRequests(SHEET, locks)).toEqual({
      ...SHEET,
      requests: ticketsOf({ reboot: 8 }),
    });
  });

  test('gives up orphans by covering them all', () => {
    expect(givingUp(SHEET, ticketsOf({ a: 12, b: 15, c: 11 }))).toEqual({
      ...SHEET,
      lastTicket: 15,
    });
    expect(givingUp(SHEET, ticketsOf({ a: 9 }))).toEqual(SHEET);
    expect(givingUp(SHEET, new Map())).toEqual(SHEET);
  });

  test('adopts orphans as open requests, and leaves a request that is open', () => {
    expect(adoptingAll(SHEET, ticketsOf({ a: 12, b: 11 }))).toEqual({
      ...SHEET,
      lastTicket: 12,
      requests: ticketsOf({ restart: 10, reboot: 8, a: 12, b: 11 }),
    });
    const adopted = requestSheet(12, { a: 12 });
    expect(adoptingAll(adopted, ticketsOf({ a: 12 }))).toEqual(adopted);
    const anew = requestSheet(13, { a: 13 });
    expect(adoptingAll(anew, ticketsOf({ a: 12 }))).toEqual(anew);
  });

  test('leaves the sheet it began with as it was', () => {
    withRequest(SHEET, parseLockName('backup'), parseTicket(12));
    withoutRequests(SHEET, [RESTART]);
    givingUp(SHEET, ticketsOf({ a: 12 }));
    adoptingAll(SHEET, ticketsOf({ a: 12 }));
    withRequest(EMPTY_REQUEST_SHEET, RESTART, parseTicket(1));
    expect(SHEET).toEqual(COPY);
    expect(EMPTY_REQUEST_SHEET).toEqual(requestSheet(0));
  });
});
