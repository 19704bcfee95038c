import { grantSheetSchema, type GrantSheet } from '../model/documents.ts';
import {
  applicationOf,
  compareText,
  lockNameSchema,
  unitNameSchema,
  unitNumber,
  type LockName,
  type UnitName,
} from '../model/names.ts';
import { ticketSchema, type Ticket } from '../model/ticket.ts';
import { forEachPair } from './pairs.ts';
import type { Message } from './read-message.ts';
import { quote, schemaMismatch } from './schema-mismatch.ts';

const DOCUMENT = 'grant sheet';

/**
 * Lays a grant sheet out as a message: `[version, application, base, lock, units, lock, units, …]` in the order of the
 * names, or `[version]` where nothing is granted. `base` is the smallest ticket, `units` is
 * `number, ticket - base, …` in the order of the numbers. The same sheet gives the same message whatever the order of its
 * entries. A lock under which nobody was granted anything is left out.
 *
 * @throws {CodecError} `SCHEMA_MISMATCH`
 */
export function layOutGrantSheet(version: number, sheet: GrantSheet): Message[] {
  const checked = grantSheetSchema.safeParse(sheet);
  if (!checked.success) throw schemaMismatch(DOCUMENT, checked.error);
  const locks = [...checked.data].filter(([, units]) => units.size > 0);
  let application: string | undefined;
  let base = Infinity;
  for (const [, units] of locks) {
    for (const [unit, ticket] of units) {
      application ??= applicationOf(unit);
      base = Math.min(base, ticket);
    }
  }
  if (application === undefined) return [version];

  const layout: Message[] = [version, application, base];
  for (const [lock, units] of locks.toSorted(([a], [b]) => compareText(a, b))) {
    layout.push(lock, layOutUnits(application, base, units));
  }
  return layout;
}

function layOutUnits(
  application: string,
  base: number,
  units: ReadonlyMap<UnitName, Ticket>,
): Message[] {
  const numbered = [...units].map(([unit, ticket]) => {
    if (applicationOf(unit) !== application) {
      throw schemaMismatch(
        DOCUMENT,
        `it grants to units of the applications ${quote(application)} and ${quote(applicationOf(unit))}; ` +
          'the units of one sheet belong to one application',
      );
    }
    return [unitNumber(unit), ticket - base] as const;
  });
  return numbered.toSorted(([a], [b]) => a - b).flat();
}

/**
 * Takes a grant sheet from a message that {@link layOutGrantSheet} may have laid out.
 *
 * @throws {CodecError} `SCHEMA_MISMATCH`
 */
export function takeGrantSheet(message: Message): GrantSheet {
  const grants = new Map<LockName, Map<UnitName, Ticket>>();
  const [version, application, base, ...locks] = typeof message === 'object' ? message : [];
  if (typeof version === 'number' && application === undefined) return grants;
  if (typeof version !== 'number' || typeof application !== 'string' || typeof base !== 'number') {
    throw schemaMismatch(
      DOCUMENT,
      'expected a version alone, or a version, an application, a ticket, and locks with their units',
    );
  }
  if (locks.length === 0) {
    throw schemaMismatch(
      DOCUMENT,
      `it names the application ${quote(application)} and lists no lock`,
    );
  }
  // Stops at the first wrong entry: the whole list of what is wrong with hostile input could be very long.
  forEachPair(DOCUMENT, 'the list of locks', locks, (name, units) => {
    const lock = lockNameSchema.safeParse(name);
    if (!lock.success)
      throw schemaMismatch(DOCUMENT, `${quote(name)} is not the name of a lock`, lock.error);
    if (grants.has(lock.data))
      throw schemaMismatch(DOCUMENT, `the lock ${quote(name)} is listed twice`);
    grants.set(lock.data, takeUnits(application, base, lock.data, units));
  });
  return grants;
}

function takeUnits(
  application: string,
  base: number,
  lock: LockName,
  flat: Message,
): Map<UnitName, Ticket> {
  if (typeof flat !== 'object' || flat.length === 0) {
    throw schemaMismatch(
      DOCUMENT,
      `the units of the lock ${quote(lock)} should be a list of at least one`,
    );
  }
  const units = new Map<UnitName, Ticket>();
  forEachPair(DOCUMENT, `the units of the lock ${quote(lock)}`, flat, (number, difference) => {
    const unit = unitNameSchema.safeParse(
      typeof number === 'number' ? `${application}/${number}` : undefined,
    );
    if (!unit.success) {
      const name = `${quote(application)}, number ${quote(number)}`;
      throw schemaMismatch(DOCUMENT, `${name}, under ${quote(lock)} is no unit`, unit.error);
    }
    if (units.has(unit.data)) {
      throw schemaMismatch(DOCUMENT, `${quote(unit.data)} is listed twice under ${quote(lock)}`);
    }
    const ticket = ticketSchema.safeParse(
      typeof difference === 'number' && difference >= 0 ? base + difference : undefined,
    );
    if (!ticket.success) {
      throw schemaMismatch(
        DOCUMENT,
        `the grant of ${quote(lock)} to ${quote(unit.data)} is ${quote(difference)} after ${base}: no ticket is there`,
        ticket.error,
      );
    }
    units.set(unit.data, ticket.data);
  });
  return units;
}
