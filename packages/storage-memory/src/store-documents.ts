import {
  CodecError,
  EMPTY_GRANT_SHEET,
  LockStoreError,
  type GrantSheet,
  type RequestSheet,
  type SheetReading,
  type UnitName,
} from '@baton/coordinator';

import type { Forms, FormsCodec } from './forms.ts';
import { replaceDocument, type KeyDocuments } from './key-documents.ts';

/**
 * The documents as one store knows them: those of its own key, and with the option for charmhelpers the JSON
 * documents beside them. The two forms of a document are read together and written together.
 */
export class StoreDocuments {
  readonly #own: KeyDocuments;
  readonly #charmhelpers: KeyDocuments | undefined;
  readonly #codec: FormsCodec;

  constructor(own: KeyDocuments, codec: FormsCodec, charmhelpers?: KeyDocuments) {
    this.#own = own;
    this.#charmhelpers = charmhelpers;
    this.#codec = codec;
  }

  /** The keys it reads and writes, its own first. */
  get keys(): readonly string[] {
    return this.#all.map(({ key }) => key);
  }

  /** Takes the unit for a store; `false` where another one serves it under one of the keys. */
  serve(unit: UnitName, store: object): boolean {
    const isTaken = this.#all.some(({ servedBy }) => (servedBy.get(unit) ?? store) !== store);
    if (isTaken) return false;
    for (const { servedBy } of this.#all) servedBy.set(unit, store);
    return true;
  }

  /** Gives the unit back, where this store serves it. */
  stopServing(unit: UnitName, store: object): void {
    for (const { servedBy } of this.#all) {
      if (servedBy.get(unit) === store) servedBy.delete(unit);
    }
  }

  /** The sheet of a unit as it is committed. */
  sheet(unit: UnitName): Forms {
    return {
      own: this.#own.sheets.get(unit),
      charmhelpers: this.#charmhelpers?.sheets.get(unit),
    };
  }

  /** The sheet of a peer as the reader's cache has it. */
  keptSheet(reader: UnitName, unit: UnitName): Forms {
    return {
      own: this.#own.keptSheet(reader, unit),
      charmhelpers: this.#charmhelpers?.keptSheet(reader, unit),
    };
  }

  readSheet(unit: UnitName, forms: Forms): SheetReading {
    try {
      const found = this.#codec.decodeSheet(forms);
      return found === undefined
        ? { state: 'absent' }
        : { state: 'present', sheet: found.document };
    } catch (error) {
      if (!CodecError.is(error)) throw error;
      return { state: 'unreadable', error: this.#corrupt(`the sheet of ${unit}`, error, unit) };
    }
  }

  /** @throws {LockStoreError} `CORRUPT` where the present sheet of `unit` cannot be read */
  requireReadableSheet(unit: UnitName): void {
    const present = this.readSheet(unit, this.sheet(unit));
    if (present.state === 'unreadable') throw present.error;
  }

  encodeSheet(sheet: RequestSheet): Forms {
    return this.#codec.encodeSheet(sheet);
  }

  /** The present sheet written anew, where only one of its forms says what it says. */
  sheetOutOfStep(unit: UnitName): Forms | undefined {
    const forms = this.sheet(unit);
    if (this.readSheet(unit, forms).state !== 'present') return undefined;
    const found = this.#codec.decodeSheet(forms);
    // What charmhelpers wrote is no whole sheet: its coordinator completes it, and writes it then.
    if (found === undefined || found.inStep || found.writtenBy === 'charmhelpers') return undefined;
    return this.#codec.encodeSheet(found.document);
  }

  /** Replaces the sheet of a unit in every form; gives how many documents that changed. */
  replaceSheet(unit: UnitName, forms: Forms): number {
    const own = replaceDocument(this.#own.sheets, unit, forms.own);
    const beside = this.#charmhelpers;
    const other = beside !== undefined && replaceDocument(beside.sheets, unit, forms.charmhelpers);
    return Number(own) + Number(other);
  }

  /** The grant sheet as it is committed. */
  get grants(): Forms {
    return { own: this.#own.grants, charmhelpers: this.#charmhelpers?.grants };
  }

  /** @throws {LockStoreError} `CORRUPT` */
  readGrants(forms: Forms): GrantSheet {
    try {
      return this.#codec.decodeGrants(forms)?.document ?? EMPTY_GRANT_SHEET;
    } catch (error) {
      if (!CodecError.is(error)) throw error;
      throw this.#corrupt('the grant sheet', error);
    }
  }

  encodeGrants(grants: GrantSheet): Forms {
    return this.#codec.encodeGrants(grants);
  }

  /** The present grant sheet written anew, where only one of its forms says what it says. */
  grantsOutOfStep(): Forms | undefined {
    const { grants } = this;
    try {
      const found = this.#codec.decodeGrants(grants);
      return found === undefined || found.inStep
        ? undefined
        : this.#codec.encodeGrants(found.document);
    } catch (error) {
      // What cannot be read is not overwritten; whoever reads it is told.
      if (!CodecError.is(error)) throw error;
      return undefined;
    }
  }

  /** Replaces the grant sheet in every form; gives how many documents that changed. */
  replaceGrants(forms: Forms): number {
    const own = this.#own.replaceGrants(forms.own);
    const other = this.#charmhelpers?.replaceGrants(forms.charmhelpers) ?? false;
    return Number(own) + Number(other);
  }

  /** The stash of a unit as it is committed; it has no other form. */
  stash(unit: UnitName): Forms {
    return { own: this.#own.stashes.get(unit), charmhelpers: undefined };
  }

  encodeStash(stash: RequestSheet): Forms {
    return this.#codec.encodeStash(stash);
  }

  /** @throws {LockStoreError} `CORRUPT` */
  readStash(unit: UnitName, forms: Forms): RequestSheet | undefined {
    try {
      return this.#codec.decodeSheet(forms)?.document;
    } catch (error) {
      if (!CodecError.is(error)) throw error;
      throw this.#corrupt(`the stash of ${unit}`, error, unit);
    }
  }

  /** Replaces the stash, or deletes it; gives how many documents that changed. */
  replaceStash(unit: UnitName, forms: Forms | undefined): number {
    return Number(replaceDocument(this.#own.stashes, unit, forms?.own));
  }

  get #all(): readonly KeyDocuments[] {
    return this.#charmhelpers === undefined ? [this.#own] : [this.#own, this.#charmhelpers];
  }

  #corrupt(what: string, cause: CodecError, unit?: UnitName): LockStoreError {
    const keys = this.keys.map((key) => JSON.stringify(key)).join(' and ');
    return new LockStoreError(
      'CORRUPT',
      `${what} under the key ${keys} cannot be read, and is left as it is: ${cause.message}`,
      unit === undefined ? { cause } : { cause, unit },
    );
  }
}
