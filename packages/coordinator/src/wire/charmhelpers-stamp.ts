import { ticketSchema, type Ticket } from '../model/ticket.ts';

/** How charmhelpers writes a time: always six digits of a second, a space, and `Z`. */
const STAMP = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)\.(\d{3})(\d{3})Z$/;

/** Writes a ticket as charmhelpers' time stamp; nothing is lost. */
export function toStamp(ticket: Ticket): string {
  const [date = '', time = ''] = new Date(Math.floor(ticket / 1000)).toISOString().split('T');
  const micros = String(ticket % 1000).padStart(3, '0');
  return `${date} ${time.slice(0, -1)}${micros}Z`;
}

/** Reads charmhelpers' time stamp as a ticket; `undefined` where it is none. */
export function fromStamp(stamp: unknown): Ticket | undefined {
  const parts = typeof stamp === 'string' ? STAMP.exec(stamp) : null;
  if (parts === null) return undefined;
  const [, date = '', time = '', millis = '', micros = ''] = parts;
  const ms = Date.parse(`${date}T${time}.${millis}Z`);
  const ticket = ticketSchema.safeParse(ms * 1000 + Number(micros));
  // A date that does not exist is read as another one, or as none.
  return ticket.success && toStamp(ticket.data) === stamp ? ticket.data : undefined;
}
