import { Violation } from '@baton/juju-sim/virtual';

import type { Grants } from './documents.ts';

/** A ticket that a unit has taken, and what it knew then. */
export interface TicketTaken {
  readonly unit: string;
  readonly lock: string;
  readonly ticket: number;
  /** The largest that it had published before; `undefined` where it had published nothing. */
  readonly lastTicket: number | undefined;
  /** What its own clock showed. */
  readonly nowMicros: number;
  /** The most that it showed in this hook when something was asked for: a ticket is above those taken before. */
  readonly mostMicros: number;
  /** The grants that it had read before it asked. */
  readonly seen: Grants;
  /** The grants that it had read when it published: it may have read them again to ask. */
  readonly seenSince: Grants;
}

const DAY_MICROS = 24 * 60 * 60 * 1_000_000;

/** A hook may ask for several locks, and lasts for a while. */
const SLACK_MICROS = 3_600_000_000;

/**
 * Checks that a request stands behind every grant that its unit has seen, so that a unit whose clock is ahead is
 * not passed for ever once it had its turn; and that it is not dragged along by a clock that is days ahead.
 *
 * @throws {Violation}
 */
export function checkTicket(taken: TicketTaken): void {
  const { unit, lock, ticket, nowMicros, mostMicros, lastTicket } = taken;
  const limit = nowMicros + DAY_MICROS;
  for (const [holder, seen] of entriesOf(taken.seen)) {
    if (ticket > seen || (holder !== unit && seen > limit)) continue;
    throw new Violation(
      'safety',
      'who asks stands behind every grant that it has seen',
      `${unit} asked for ${lock} with ${ticket}, and had seen a grant of ${holder} with ${seen}`,
    );
  }
  if (lastTicket === undefined) return;
  const own = [...entriesOf(taken.seenSince)].flatMap(([holder, seen]) =>
    holder === unit ? [seen] : [],
  );
  if (ticket <= Math.max(mostMicros + DAY_MICROS, lastTicket, ...own) + SLACK_MICROS) return;
  throw new Violation(
    'safety',
    'no clock drags others along by more than a day',
    `${unit} asked for ${lock} with ${ticket}, when its clock showed ${nowMicros}`,
  );
}

function* entriesOf(grants: Grants): Iterable<readonly [holder: string, ticket: number]> {
  for (const units of grants.values()) yield* units;
}
