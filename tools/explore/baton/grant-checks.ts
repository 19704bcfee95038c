import { Violation } from '@baton/juju-sim/virtual';

import type { Grants, Sheet } from './documents.ts';

/** How the grants changed, by whom, and what can be known of the units. */
export interface GrantChange {
  readonly by: string;
  readonly before: Grants;
  readonly after: Grants;
  /** Whether a unit is alive, on its way out, or gone. */
  readonly lifeOf: (unit: string) => 'alive' | 'dying' | 'dead';
  /** The sheet that a unit has published; `undefined` for none, and for what cannot be read. */
  readonly published: (unit: string) => Sheet | undefined;
  /** The sheets of others as the leader has read them in this hook. */
  readonly read: ReadonlyMap<string, Sheet>;
}

/**
 * Checks one change of the grants against what is true.
 *
 * @throws {Violation}
 */
export function checkGrants(change: GrantChange): void {
  for (const [lock, units] of change.before)
    for (const [unit, ticket] of units)
      if (change.after.get(lock)?.get(unit) !== ticket) checkDropped(change, lock, unit, ticket);
  for (const [lock, units] of change.after)
    for (const [unit, ticket] of units)
      if (change.before.get(lock)?.get(unit) !== ticket) checkGranted(change, lock, unit, ticket);
}

/** A leader may drop its own grant before it has published that it gave the lock back. */
function checkDropped(change: GrantChange, lock: string, unit: string, ticket: number): void {
  if (unit === change.by || change.lifeOf(unit) === 'dead') return;
  const sheet = change.published(unit);
  if (sheet !== undefined && sheet.lastTicket >= ticket && sheet.requests.get(lock) !== ticket)
    return;
  throw new Violation(
    'safety',
    'a lock is taken away only on proof',
    `${change.by} took ${lock} away from ${unit}, which is there and has not given it back`,
  );
}

/** What the leader has read of others that were there first, and may have it as well, goes first. */
function checkGranted(change: GrantChange, lock: string, unit: string, ticket: number): void {
  for (const [other, sheet] of change.read) {
    const earlier = sheet.requests.get(lock);
    if (earlier === undefined || other === unit || other === change.by) continue;
    if (earlier > ticket || (earlier === ticket && numberOf(other) > numberOf(unit))) continue;
    const holdsOrHeld = change.after.get(lock)?.has(other) || change.before.get(lock)?.has(other);
    if (holdsOrHeld === true || change.lifeOf(other) !== 'alive') continue;
    throw new Violation(
      'safety',
      'nobody whom the leader knows of is overtaken',
      `${change.by} granted ${lock} to ${unit}, and ${other} has waited for longer`,
    );
  }
}

function numberOf(unit: string): number {
  return Number(unit.slice(unit.indexOf('/') + 1));
}
