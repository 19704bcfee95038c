import { describe, expect, test } from 'vitest';

import type { Decision } from '../../src/protocol/decide.ts';
import { assertDecision, assertSuccessor, InvariantError } from '../../src/protocol/invariants.ts';
import { grantSheet, requestSheet } from '../wire/documents.ts';
import { parseUnitName } from '../../src/model/names.ts';
import { parseTicket } from '../../src/model/ticket.ts';
import { ABSENT, asking, idle, RESTART, UNREADABLE, viewOf, type ViewParts } from './views.ts';

/** The claim that `check` finds broken. */
function broken(check: () => void): string {
  try {
    check();
  } catch (error) {
    if (error instanceof InvariantError) return error.message.replace('broken invariant: ', '');
    throw error;
  }
  return 'none';
}

describe('what a unit is about to publish', () => {
  const before = requestSheet(10, { restart: 10, reboot: 8 });

  test.each([
    ['the same', before],
    ['fewer requests', requestSheet(10, { reboot: 8 })],
    ['a new request', requestSheet(12, { restart: 10, reboot: 8, backup: 12 })],
    ['a new request for the same lock', requestSheet(12, { restart: 12 })],
    ['orphans given up', requestSheet(99)],
  ])('may be %s', (_what, after) => {
    expect(broken(() => assertSuccessor(before, after))).toBe('none');
  });

  test.each([
    ['lastTicket never decreases', requestSheet(9)],
    ['the ticket for restart is covered by lastTicket', requestSheet(10, { restart: 11 })],
    ['the ticket for backup identifies one request', requestSheet(12, { restart: 12, backup: 12 })],
    ['the ticket for restart is an open one or a new one', requestSheet(10, { restart: 9 })],
    ['the ticket for backup is an open one or a new one', requestSheet(10, { backup: 10 })],
  ])('is refused where this is broken: %s', (claim, after) => {
    expect(broken(() => assertSuccessor(before, after))).toBe(claim);
  });
});

/** The claim that a decision breaks, or `none`. */
function verdict(parts: ViewParts, decision: Partial<Decision>): string {
  const full: Decision = {
    grants: grantSheet(),
    kept: [],
    dropped: [],
    granted: [],
    waiting: [],
    ...decision,
  };
  return broken(() => assertDecision(viewOf(parts), full));
}

describe('what a leader decided', () => {
  const GRANT = grantSheet(['restart', { 'db/1': 10 }]);
  const asks = { 'db/1': asking({ restart: 10 }) };
  const DROPPED: Pick<Decision, 'dropped'> = {
    dropped: [
      { lock: RESTART, unit: parseUnitName('db/1'), ticket: parseTicket(10), why: 'released' },
    ],
  };

  test('may be a grant for an open request of a live unit', () => {
    expect(verdict({ sheets: asks }, { grants: GRANT })).toBe('none');
  });

  test('may be to leave a grant, whatever is known of the unit', () => {
    expect(verdict({ grants: GRANT, live: 'unknown' }, { grants: GRANT })).toBe('none');
  });

  test('is refused where a lock is listed without grants', () => {
    const grants = new Map([[RESTART, new Map()]]);
    expect(verdict({}, { grants })).toBe('restart is listed only while it is granted');
  });

  test.each([
    ['no sheet', {}],
    ['an absent sheet', { 'db/1': ABSENT }],
    ['an unreadable sheet', { 'db/1': UNREADABLE }],
    ['no such request', { 'db/1': idle(10) }],
    ['a request with another ticket', { 'db/1': asking({ restart: 9 }, 12) }],
  ])('is refused where the unit that was granted the lock has %s', (_what, sheets) => {
    const live = { 'db/1': 'alive' } as const;
    expect(verdict({ sheets, live }, { grants: GRANT })).toBe(
      'db/1 was granted restart for its own open request',
    );
  });

  test.each([
    ['dying', { 'db/1': 'dying' }],
    ['gone', { 'db/0': 'alive' }],
    ['not known to live', 'unknown'],
  ] as const)('is refused where the unit that was granted the lock is %s', (_what, live) => {
    expect(verdict({ sheets: asks, live }, { grants: GRANT })).toBe(
      'db/1 was alive when granted restart',
    );
  });

  test('is refused where a grant got another ticket that nobody asked with', () => {
    const old = grantSheet(['restart', { 'db/1': 9 }]);
    expect(verdict({ grants: old, sheets: { 'db/1': idle(8) } }, { grants: GRANT })).toBe(
      'db/1 was granted restart for its own open request',
    );
  });

  test.each([
    ['released', { sheets: { 'db/1': idle(10) } }],
    ['released, with another request', { sheets: { 'db/1': asking({ restart: 12 }) } }],
    ['gone, with the request still in its sheet', { sheets: asks, live: { 'db/0': 'alive' } }],
    ['gone, without a sheet', { live: {} }],
  ] as const)('may be to drop a grant that is %s', (_what, parts) => {
    expect(verdict({ grants: GRANT, ...parts }, DROPPED)).toBe('none');
  });

  test.each([
    ['it is held', { sheets: asks }],
    ['it is in flight', { sheets: { 'db/1': idle(9) } }],
    ['the sheet was not read', {}],
    ['there is no sheet', { sheets: { 'db/1': ABSENT } }],
    ['the sheet is unreadable', { sheets: { 'db/1': UNREADABLE } }],
    ['the unit is dying and holds it', { sheets: asks, live: { 'db/1': 'dying' } }],
    ['nobody knows who is alive', { sheets: asks, live: 'unknown' }],
  ] as const)('is refused where a grant was dropped although %s', (_what, parts) => {
    expect(verdict({ grants: GRANT, ...parts }, DROPPED)).toBe(
      'db/1 did not hold restart any more when its grant was dropped',
    );
  });
});
