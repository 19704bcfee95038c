import { CodecError, compactCodec, fromText } from '@baton/coordinator';
import { Violation } from '@baton/juju-sim/virtual';

/** What a unit asks for, with plain names: the witnesses use nothing of Baton but its codec. */
export interface Sheet {
  readonly lastTicket: number;
  readonly requests: ReadonlyMap<string, number>;
}

/** What is granted: lock, unit, ticket. */
export type Grants = ReadonlyMap<string, ReadonlyMap<string, number>>;

const NO_GRANTS: Grants = new Map();

/** The documents in the databags, read without a store; each text is read once. */
export class Documents {
  readonly #sheets = new Map<string, Sheet | undefined>();
  readonly #grants = new Map<string, Grants | undefined>();

  /** A unit's sheet; `undefined` for none, and for what is no document. */
  sheet(text: string | undefined): Sheet | undefined {
    if (text === undefined) return undefined;
    if (!this.#sheets.has(text))
      this.#sheets.set(
        text,
        attempt(() => compactCodec.decodeRequestSheet(fromText(text))),
      );
    return this.#sheets.get(text);
  }

  /** The grants; none for no document, and for what is no document. */
  grants(text: string | undefined): Grants {
    return this.readableGrants(text) ?? NO_GRANTS;
  }

  /** The grants; none for no document, and `undefined` for what is no document. */
  readableGrants(text: string | undefined): Grants | undefined {
    if (text === undefined) return NO_GRANTS;
    if (!this.#grants.has(text))
      this.#grants.set(
        text,
        attempt(() => compactCodec.decodeGrantSheet(fromText(text))),
      );
    return this.#grants.get(text);
  }

  /** @throws {Violation} where Baton wrote what cannot be read */
  requireSheet(unit: string, text: string): void {
    if (this.sheet(text) === undefined) throw unreadable(`the sheet of ${unit}`, text);
  }

  /** @throws {Violation} where Baton wrote what cannot be read */
  requireGrants(text: string): void {
    if (this.readableGrants(text) === undefined) throw unreadable('the grant sheet', text);
  }
}

function attempt<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (!CodecError.is(error)) throw error;
    return undefined;
  }
}

function unreadable(what: string, text: string): Violation {
  return new Violation(
    'safety',
    'what is written can be read',
    `${what} is ${JSON.stringify(text)}`,
  );
}
