import * as z from 'zod/mini';

/**
 * Identifies one request for ever: an integer, microseconds since the epoch, that strictly increases
 * from request to request of one unit. Tickets order the queue; they never decide who holds a lock by
 * being larger than somebody else's clock.
 */
export type Ticket = number & z.core.$brand<'Ticket'>;

/** The schema of {@link Ticket}. */
export const ticketSchema: z.ZodMiniType<Ticket, number> = z.custom<Ticket>(
  // One check, since tickets are checked several times a hook.
  (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 1,
  'expected int from 1',
);

/** Reads a number as a ticket; throws a zod error where it is none. */
export function parseTicket(value: number): Ticket {
  return ticketSchema.parse(value);
}

/** When a request was made, by the clock of the unit that made it. */
export function ticketDate(ticket: Ticket): Date {
  return new Date(Math.floor(ticket / 1000));
}
