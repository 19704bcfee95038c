import type { Codec, RequestSheet, UnitName } from '@baton/coordinator';

import { decodeDocument } from './decode-document.ts';
import { unitDocumentName } from './document-names.ts';
import type { Folder, Replacement } from './folder.ts';
import { repairCommand } from './repair-command.ts';

/** A sheet that only this unit writes, during one session: what is there, and what takes its place at the end. */
export class OwnDocument {
  readonly #folder: Folder;
  readonly #codec: Codec;
  readonly #unit: UnitName;
  readonly #kind: 'sheet' | 'local';
  #remembered: Promise<RequestSheet | undefined> | undefined;
  #staged: { readonly bytes: Uint8Array | undefined } | undefined;

  constructor(folder: Folder, codec: Codec, unit: UnitName, kind: 'sheet' | 'local') {
    this.#folder = folder;
    this.#codec = codec;
    this.#unit = unit;
    this.#kind = kind;
  }

  /** The sheet, what was staged included. @throws {LockStoreError} `CORRUPT`, `UNAVAILABLE` */
  async read(): Promise<RequestSheet | undefined> {
    if (this.#staged !== undefined) return this.#decode(this.#staged.bytes);
    this.#remembered ??= this.#readFile();
    return this.#remembered;
  }

  /** Sets what is there after the session. @throws {LockStoreError} `CORRUPT`, `UNAVAILABLE`; {CodecError} */
  async stage(sheet: RequestSheet | undefined): Promise<void> {
    const bytes = sheet && this.#codec.encodeRequestSheet(sheet);
    await this.read();
    this.#staged = { bytes };
  }

  /** What has to be written, if anything; asked at the end. @throws {LockStoreError} `CORRUPT`, `UNAVAILABLE` */
  async change(): Promise<Replacement | undefined> {
    if (this.#staged === undefined) return undefined;
    const { bytes } = this.#staged;
    const present = await this.#folder.read(this.#name);
    this.#decode(present);
    return sameBytes(present, bytes) ? undefined : { name: this.#name, bytes };
  }

  async #readFile(): Promise<RequestSheet | undefined> {
    return this.#decode(await this.#folder.read(this.#name));
  }

  #decode(bytes: Uint8Array | undefined): RequestSheet | undefined {
    return bytes && decodeSheet(this.#folder, this.#codec, this.#unit, this.#kind, bytes);
  }

  get #name(): string {
    return unitDocumentName(this.#kind, this.#unit);
  }
}

/** Decodes a sheet of a unit. @throws {LockStoreError} `CORRUPT` */
export function decodeSheet(
  folder: Folder,
  codec: Codec,
  unit: UnitName,
  kind: 'sheet' | 'local',
  bytes: Uint8Array,
): RequestSheet {
  const name = unitDocumentName(kind, unit);
  return decodeDocument(() => codec.decodeRequestSheet(bytes), {
    path: folder.pathOf(name),
    what: kind === 'sheet' ? `the request sheet of ${unit}` : `the local state of ${unit}`,
    command: repairCommand(folder, name),
    unit,
  });
}

function sameBytes(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a === undefined || b === undefined ? a === b : Buffer.compare(a, b) === 0;
}
