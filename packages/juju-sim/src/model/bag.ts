import { hash } from 'node:crypto';

/** Settings by key: a databag, the leader settings, or a unit's charm state. Never changed in place. */
export type Bag = ReadonlyMap<string, string>;

/** A bag without anything in it. */
export const emptyBag: Bag = new Map();

/** The bag with the changes merged in; an empty value deletes its key. The same bag if nothing changes. */
export function merge(bag: Bag, changes: Bag): Bag {
  let merged: Map<string, string> | undefined;
  for (const [key, value] of changes) {
    if ((bag.get(key) ?? '') === value) continue;
    merged ??= new Map(bag);
    if (value === '') merged.delete(key);
    else merged.set(key, value);
  }
  return merged ?? bag;
}

/** The length of all keys and values in bytes of UTF-8. */
export function bytesOf(bag: Bag): number {
  let bytes = 0;
  for (const [key, value] of bag) bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  return bytes;
}

/** The version of a bag on Juju 4: a number made of the first 8 hex digits of a hash of its content. */
export function contentVersion(bag: Bag): number {
  const keys = [...bag.keys()].toSorted();
  const text = keys.map((key) => `${key} ${bag.get(key) ?? ''} `).join('');
  return Number.parseInt(hash('sha256', text, 'hex').slice(0, 8), 16);
}
