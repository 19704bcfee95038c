import {
  countSchema,
  labelTextSchema,
  requestSheetSchema,
  type RequestSheet,
} from '../model/documents.ts';
import { compareText, lockNameSchema, type LockName } from '../model/names.ts';
import { ticketSchema, type Ticket } from '../model/ticket.ts';
import { forEachPair } from './pairs.ts';
import type { Message } from './read-message.ts';
import { quote, schemaMismatch, whatIsWrong } from './schema-mismatch.ts';

const DOCUMENT = 'request sheet';
const FROM_STASH = 1;
const LABELS_MAX = 32;

/** `version`, `lastTicket`, `requests`, `labels`, `nonce`, `flags`. */
const MEMBERS_MAX = 6;

/**
 * Lays a request sheet out as a message: `[version, lastTicket, requests, labels, nonce, flags]`, without what is
 * empty or 0 at the end. `requests` is `lock, lastTicket - ticket, …` in the order of the names, `labels` is
 * `name, text, …`. The same sheet gives the same message whatever the order of its entries.
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
  const members = membersOf(message);
  const lastTicket = countIn(members, 1, 'lastTicket');
  const flags = countIn(members, 5, 'flags');
  if (flags > FROM_STASH)
    throw schemaMismatch(DOCUMENT, `"flags": ${flags} is above the largest known, ${FROM_STASH}`);
  return {
    lastTicket,
    requests: takeRequests(listIn(members, 2, 'requests'), lastTicket),
    labels: takeLabels(listIn(members, 3, 'labels')),
    nonce: countIn(members, 4, 'nonce'),
    fromStash: flags === FROM_STASH,
  };
}

function membersOf(message: Message): readonly Message[] {
  if (typeof message !== 'object') throw schemaMismatch(DOCUMENT, 'expected a list');
  if (typeof message[0] !== 'number')
    throw schemaMismatch(DOCUMENT, 'it does not open with a version');
  if (message.length <= MEMBERS_MAX) return message;
  throw schemaMismatch(
    DOCUMENT,
    `it has ${message.length} members; at most ${MEMBERS_MAX} are allowed`,
  );
}

/** What is empty or 0 at the end is left out. */
function countIn(members: readonly Message[], index: number, name: string): number {
  const count = countSchema.safeParse(members[index] ?? 0);
  if (count.success) return count.data;
  throw schemaMismatch(DOCUMENT, `"${name}": ${whatIsWrong(count.error)}`, count.error);
}

function listIn(members: readonly Message[], index: number, name: string): readonly Message[] {
  const list = members[index] ?? [];
  if (typeof list === 'object') return list;
  throw schemaMismatch(DOCUMENT, `"${name}": expected a list`);
}

/** Stops at the first wrong entry: the whole list of what is wrong with hostile input could be very long. */
function takeRequests(flat: readonly Message[], lastTicket: number): Map<LockName, Ticket> {
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

function takeLabels(flat: readonly Message[]): Map<string, string> {
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
    for (const part of [name, text]) {
      const checked = labelTextSchema.safeParse(part);
      if (checked.success) continue;
      const problem = `"labels": ${quote(name)}: ${whatIsWrong(checked.error)}`;
      throw schemaMismatch(DOCUMENT, problem, checked.error);
    }
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
