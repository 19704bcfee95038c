import { malformed } from './byte-cursor.ts';
import type { GobMessage, GobStruct, GobValue } from './gob-value.ts';

/** The struct that a message must be. */
export function structOf(message: GobMessage): GobStruct {
  // `instanceof` of a read-only map gives a Map of any; it is one of GobValue by the type of `value`.
  if (message.value instanceof Map) return message.value as GobStruct;
  throw malformed(`${message.typeName} where a struct belongs`);
}

/** A field that is text; empty where it was not sent. */
export function textIn(struct: GobStruct, name: string): string {
  const value = struct.get(name) ?? '';
  if (typeof value === 'string') return value;
  throw malformed(`${name} is no text`);
}

/** A field that is bytes; empty where it was not sent. */
export function bytesIn(struct: GobStruct, name: string): Uint8Array {
  const value = struct.get(name) ?? new Uint8Array();
  if (value instanceof Uint8Array) return value;
  throw malformed(`${name} is not bytes`);
}

/** A field that is a boolean; false where it was not sent. */
export function booleanIn(struct: GobStruct, name: string): boolean {
  const value = struct.get(name) ?? false;
  if (typeof value === 'boolean') return value;
  throw malformed(`${name} is no boolean`);
}

/** A field that is a whole number; 0 where it was not sent. */
export function integerIn(struct: GobStruct, name: string): number {
  const value = struct.get(name) ?? 0n;
  if (typeof value === 'bigint' && Number.isSafeInteger(Number(value))) return Number(value);
  throw malformed(`${name} is no whole number below 2^53`);
}

/** The number of a call: a field that is a whole number from 0 on. */
export function seqIn(header: GobStruct): number {
  const seq = integerIn(header, 'Seq');
  if (seq >= 0) return seq;
  throw malformed(`Seq is ${seq}`);
}

/** A field that is a list of texts; empty where it was not sent. */
export function textsIn(struct: GobStruct, name: string): readonly string[] {
  const value = struct.get(name) ?? [];
  if (isTexts(value)) return value;
  throw malformed(`${name} is no list of texts`);
}

function isTexts(value: GobValue): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
