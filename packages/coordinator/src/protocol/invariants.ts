import type { RequestSheet } from '../model/documents.ts';
import type { LockName, UnitName } from '../model/names.ts';
import type { Decision, LeaderView } from './decide.ts';

/** Says that the protocol itself is broken. Nothing catches it: going on could hand a lock to two units. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

function invariant(condition: boolean, claim: string): asserts condition {
  if (!condition) throw new InvariantError(`broken invariant: ${claim}`);
}

/** Checks what a unit is about to publish against what it published before. */
export function assertSuccessor(before: RequestSheet, after: RequestSheet): void {
  invariant(after.lastTicket >= before.lastTicket, 'lastTicket never decreases');
  const tickets = new Set<number>();
  for (const [lock, ticket] of after.requests) {
    invariant(ticket <= after.lastTicket, `the ticket for ${lock} is covered by lastTicket`);
    invariant(!tickets.has(ticket), `the ticket for ${lock} identifies one request`);
    tickets.add(ticket);
    invariant(
      before.requests.get(lock) === ticket || ticket > before.lastTicket,
      `the ticket for ${lock} is an open one or a new one`,
    );
  }
}

/** Checks that a decision grants and drops only what the leader has proof for. */
export function assertDecision(view: LeaderView, decision: Decision): void {
  for (const [lock, units] of decision.grants) {
    invariant(units.size > 0, `${lock} is listed only while it is granted`);
    for (const [unit, ticket] of units) {
      if (view.grants.get(lock)?.get(unit) === ticket) continue;
      const reading = view.sheets.get(unit);
      const open = reading?.state === 'present' ? reading.sheet.requests.get(lock) : undefined;
      invariant(open === ticket, `${unit} was granted ${lock} for its own open request`);
      invariant(view.liveUnits?.get(unit) === 'alive', `${unit} was alive when granted ${lock}`);
    }
  }
  const dropped = new Map<LockName, Set<UnitName>>();
  for (const { lock, unit, ticket } of decision.dropped) {
    dropped.set(lock, (dropped.get(lock) ?? new Set()).add(unit));
    invariant(
      view.liveUnits?.has(unit) === false || !isOpen(view, lock, unit, ticket),
      `${unit} did not hold ${lock} any more when its grant was dropped`,
    );
  }
  for (const [lock, units] of view.grants) {
    for (const [unit, ticket] of units) {
      const stays = decision.grants.get(lock)?.get(unit) === ticket;
      invariant(
        stays || dropped.get(lock)?.has(unit) === true,
        `the grant of ${lock} to ${unit} left the sheet for a reason`,
      );
    }
  }
}

function isOpen(
  view: LeaderView,
  lock: Decision['dropped'][number]['lock'],
  unit: Decision['dropped'][number]['unit'],
  ticket: number,
): boolean {
  const reading = view.sheets.get(unit);
  if (reading?.state !== 'present') return true;
  return reading.sheet.requests.get(lock) === ticket || reading.sheet.lastTicket < ticket;
}
