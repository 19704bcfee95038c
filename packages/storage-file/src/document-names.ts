import { unitNameSchema, type UnitName } from '@baton/coordinator';

import { escapeName, unescapeName } from './escape.ts';

/** The documents that a unit has one of. */
export type UnitDocument = 'member' | 'sheet' | 'local' | 'wake';

/** What a file name in the folder of a key stands for. */
export type DocumentName =
  | { readonly kind: 'format' }
  | { readonly kind: UnitDocument; readonly unit: UnitName }
  | { readonly kind: 'claim'; readonly unit: UnitName; readonly number: number }
  | { readonly kind: 'leader' | 'grants'; readonly number: number };

/** The file that names the form of all the others. */
export const FORMAT_NAME = 'format';

/** Where documents go that were moved out of the way. */
export const SET_ASIDE_FOLDER = 'set-aside';

const TEMPORARY = 'tmp.';
const NUMBER = /^[1-9][0-9]{0,7}$/;

/** The name of a document of a unit. */
export function unitDocumentName(kind: UnitDocument, unit: UnitName): string {
  return `${kind}.${escapeName(unit)}`;
}

/** What the names of a unit's process claims begin with; a number follows. */
export function claimPrefix(unit: UnitName): string {
  return `claim.${escapeName(unit)}.`;
}

/** What the names of leadership claims begin with; a number follows. */
export const LEADER_PREFIX = 'leader.';

/** What the names of grant sheets begin with; the number of the epoch follows. */
export const GRANTS_PREFIX = 'grants.';

/** The name of the grant sheet of one epoch. */
export function grantsName(epoch: number): string {
  return `${GRANTS_PREFIX}${epoch}`;
}

/** What the names of one writer's temporary files begin with; random text follows. */
export function temporaryPrefix(writer: string): string {
  return `${TEMPORARY}${escapeName(writer)}.`;
}

/** Whether a file is one that is still being written, or was left behind by a process that died. */
export function isTemporaryName(name: string): boolean {
  return name.startsWith(TEMPORARY);
}

/** The numbers of the names that begin with `prefix`, the largest last. */
export function numbersAfter(prefix: string, names: Iterable<string>): number[] {
  const numbers: number[] = [];
  for (const name of names) {
    const number = name.startsWith(prefix) ? parseNumber(name.slice(prefix.length)) : undefined;
    if (number !== undefined) numbers.push(number);
  }
  return numbers.toSorted((a, b) => a - b);
}

/** Reads a file name; undefined for one that is no document. */
export function parseDocumentName(name: string): DocumentName | undefined {
  if (name === FORMAT_NAME) return { kind: 'format' };
  const [kind, first, second, ...rest] = name.split('.');
  if (first === undefined || rest.length > 0) return undefined;
  switch (kind) {
    case 'member':
    case 'sheet':
    case 'local':
    case 'wake': {
      const unit = parseUnit(first);
      return unit === undefined || second !== undefined ? undefined : { kind, unit };
    }
    case 'claim': {
      const unit = parseUnit(first);
      const number = second === undefined ? undefined : parseNumber(second);
      return unit === undefined || number === undefined ? undefined : { kind, unit, number };
    }
    case 'leader':
    case 'grants': {
      const number = parseNumber(first);
      return number === undefined || second !== undefined ? undefined : { kind, number };
    }
    case undefined:
    default:
      return undefined;
  }
}

/** The units that have a document of this kind. */
export function unitsWith(kind: UnitDocument, names: Iterable<string>): UnitName[] {
  const units: UnitName[] = [];
  for (const name of names) {
    const parsed = parseDocumentName(name);
    if (parsed?.kind === kind && 'unit' in parsed) units.push(parsed.unit);
  }
  return units;
}

function parseUnit(escaped: string): UnitName | undefined {
  const text = unescapeName(escaped);
  if (text === undefined) return undefined;
  const parsed = unitNameSchema.safeParse(text);
  return parsed.success ? parsed.data : undefined;
}

function parseNumber(text: string): number | undefined {
  return NUMBER.test(text) ? Number(text) : undefined;
}
