import * as z from 'zod/mini';

import { besideRequestsSchema, requestSheetSchema, type RequestSheet } from '../model/documents.ts';
import { compareText, lockNameSchema, type LockName } from '../model/names.ts';
import { ticketSchema, type Ticket } from '../model/ticket.ts';
import { forEachPair } from './pairs.ts';
import type { Message } from './read-message.ts';
import { quote, schemaMismatch } from './schema-mismatch.ts';

const DOCUMENT = 'request sheet';
const FROM_STASH = 1;
const LABELS_MAX = 32;

/**
 * `[version, lastTicket, requests, labels, nonce, flags]`; what is empty or 0 at the end is left out.
 * `requests` is `lock, lastTicket - ticket, …` in the order of the names, `labels` is `name, text, …`.
 */
const layoutSchema = z.tuple([
  z.number(),
  z.optional(z.number()),
  z.optional(z.array(z.unknown())),
  z.optional(z.array(z.unknown())),
  z.optional(z.number()),
  z.optional(z.number().check(z.gte(0), z.lte(FROM_STASH))),
]);

/**
 * Lays a request sheet out as a message; the same sheet gives the same message whatever the order of its
 * entries.
 *
 * @throws {CodecError} `SCHEMA_MISMATCH`
 */
export function layOutRequestSheet(version: number, sheet: RequestSheet): Message[] {
  const checked = requestSheetSchema.safeParse(sheet);
  if (!checked.success) throw schemaMismatch(DOCUMENT, checked.error);
  const { lastTicket, requests, labels, nonce, fromStash } = checked.data;
  if (lastTicket === Infinity) {
    throw schemaMismatch(DOCUMENT, 'it is the sheet of a unit that runs charmhelpers');
  }
  const members: Message[] = [
    version,
    lastTicket,
    byName(requests).flatMap(([lock, ticket]) => [lock, lastTicket - ticket]),
    byName(labels).flat(),
    nonce,
    fromStash ? FROM_STASH : 0,
  ];
  while (isEmpty(members.at(-1))) members.pop();
  return members;
}

/**
 * Takes a request sheet from a message that {@link layOutRequestSheet} may have laid out.
 *
 * @throws {CodecError} `SCHEMA_MISMATCH`
 */
export function takeRequestSheet(message: Message): RequestSheet {
  const layout = layoutSchema.safeParse(message);
  if (!layout.success) throw schemaMismatch(DOCUMENT, layout.error);
  const [, lastTicket = 0, requests = [], labels = [], nonce = 0, flags = 0] = layout.data;
  const sheet: RequestSheet = {
    lastTicket,
    requests: takeRequests(requests, lastTicket),
    labels: takeLabels(labels),
    nonce,
    fromStash: flags === FROM_STASH,
  };
  const beside = besideRequestsSchema.safeParse(sheet);
  if (!beside.success) throw schemaMismatch(DOCUMENT, beside.error);
  return sheet;
}

/** Stops at the first wrong entry: the whole list of what is wrong with hostile input could be very long. */
function takeRequests(flat: readonly unknown[], lastTicket: number): Map<LockName, Ticket> {
  const requests = new Map<LockName, Ticket>();
  forEachPair(DOCUMENT, 'requests', flat, (name, difference) => {
    const lock = lockNameSchema.safeParse(name);
    if (!lock.success)
      throw schemaMismatch(DOCUMENT, `${quote(name)} is not the name of a lock`, lock.error);
    if (requests.has(lock.data))
      throw schemaMismatch(DOCUMENT, `the lock ${quote(name)} is listed twice`);
    const ticket = ticketSchema.safeParse(
      typeof difference === 'number' && difference >= 0 ? lastTicket - difference : undefined,
    );
    if (!ticket.success) {
      throw schemaMismatch(
        DOCUMENT,
        `the request for ${quote(name)} is ${quote(difference)} before the last ticket, ${lastTicket}: no ticket is there`,
        ticket.error,
      );
    }
    requests.set(lock.data, ticket.data);
  });
  return requests;
}

function takeLabels(flat: readonly unknown[]): Map<string, string> {
  if (flat.length > 2 * LABELS_MAX) {
    throw schemaMismatch(
      DOCUMENT,
      `it has ${flat.length / 2} labels; at most ${LABELS_MAX} are allowed`,
    );
  }
  const labels = new Map<string, string>();
  forEachPair(DOCUMENT, 'labels', flat, (name, text) => {
    if (typeof name !== 'string' || typeof text !== 'string') {
      throw schemaMismatch(
        DOCUMENT,
        `the label ${quote(name)} is ${quote(text)}; both should be text`,
      );
    }
    if (labels.has(name))
      throw schemaMismatch(DOCUMENT, `the label ${quote(name)} is listed twice`);
    labels.set(name, text);
  });
  return labels;
}

function byName<K extends string, V>(map: ReadonlyMap<K, V>): [K, V][] {
  return [...map].toSorted(([a], [b]) => compareText(a, b));
}

function isEmpty(member: Message | undefined): boolean {
  return member === 0 || (typeof member === 'object' && member.length === 0);
}
