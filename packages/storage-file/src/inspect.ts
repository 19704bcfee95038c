import { join, resolve } from 'node:path';

import {
  compactCodec,
  compareUnits,
  EMPTY_GRANT_SHEET,
  LockStoreError,
  type Codec,
  type GrantSheet,
  type SheetReading,
  type UnitName,
} from '@baton/coordinator';

import { ClaimSeries } from './claim-series.ts';
import {
  claimPrefix,
  GRANTS_PREFIX,
  grantsName,
  isTemporaryName,
  LEADER_PREFIX,
  numbersAfter,
  parseDocumentName,
  SET_ASIDE_FOLDER,
  unitsWith,
} from './document-names.ts';
import { decodeGrants } from './epoch-grants.ts';
import { escapeName } from './escape.ts';
import { realFileSystem } from './file-system.ts';
import { Folder } from './folder.ts';
import { checkFormat, readFormat, type Format } from './format.ts';
import { checkKey } from './key.ts';
import type { OwnerRecord } from './owner-record.ts';
import {
  identifyThisProcess,
  stateOfProcess,
  type ProcessIdentity,
  type ProcessState,
} from './process-identity.ts';
import { readSheet } from './read-sheet.ts';
import { newestClaims } from './unit-claim.ts';

/** The process that serves a unit, or served it last. */
export interface ServingProcess {
  /** Its id, in the pid namespace where it runs. */
  readonly pid: number;
  /** Whether it runs; `elsewhere`: in another pid namespace, where that cannot be told from here. */
  readonly state: ProcessState;
}

/** Something in a directory that is not as it should be. */
export interface DirectoryProblem {
  /** The file it is about. */
  readonly path: string;
  /** What is wrong with it, and what to do about it. */
  readonly message: string;
}

/** What a directory held at one time, more or less: it is read file by file, while others write. */
export interface DirectorySnapshot {
  /** The folder of the key. */
  readonly path: string;
  /** The form of the documents; undefined where nobody has joined yet. */
  readonly format: Format | undefined;
  /** Who leads, or led last and has died; undefined where nobody does. */
  readonly leader:
    | {
        /** The unit that leads, or led last. */
        readonly unit: UnitName;
        /** The process that leads for it. */
        readonly process: ServingProcess;
      }
    | undefined;
  /** The members, in the order of their numbers. */
  readonly members: ReadonlyMap<
    UnitName,
    {
      /** The process that serves the unit; undefined where none does. */
      readonly process: ServingProcess | undefined;
    }
  >;
  /** The sheet of every member and every holder. */
  readonly sheets: ReadonlyMap<UnitName, SheetReading>;
  /** The grant sheet; undefined where it cannot be read. */
  readonly grants: GrantSheet | undefined;
  /** What cannot be read, and what does not belong there. */
  readonly problems: readonly DirectoryProblem[];
}

/** What to look at. */
export interface InspectOptions {
  /** The name the documents are kept by, `baton` by default. */
  readonly key?: string;
  /** How sheets are read, the compact form by default. */
  readonly codec?: Codec;
}

/**
 * Reads everything that units share in a directory, from any process, without joining and without writing.
 *
 * @throws {LockStoreError} `UNAVAILABLE` where there is no such directory or it cannot be read, `UNSUPPORTED`
 * for documents of another format
 */
export async function inspectDirectory(
  directory: string,
  options: InspectOptions = {},
): Promise<DirectorySnapshot> {
  const path = join(resolve(directory), escapeName(checkKey(options.key ?? 'baton')));
  const folder = new Folder(path, realFileSystem, 'inspect');
  const inspection = new Inspection(folder, options.codec ?? compactCodec);
  return inspection.run();
}

class Inspection {
  readonly #folder: Folder;
  readonly #codec: Codec;
  readonly #problems: DirectoryProblem[] = [];

  constructor(folder: Folder, codec: Codec) {
    this.#folder = folder;
    this.#codec = codec;
  }

  async run(): Promise<DirectorySnapshot> {
    const folder = this.#folder;
    const self = await identifyThisProcess();
    const names = await folder.list();
    const format = await this.#noting(readFormat(folder));
    if (format !== undefined) checkFormat(format, this.#codec.name, folder);
    const leader = await this.#leader(self);
    const grants = await this.#grants(names);
    const units = unitsWith('member', names).toSorted(compareUnits);
    const members = await this.#members(units, names, self);
    const sheets = await this.#sheets(units, grants ?? EMPTY_GRANT_SHEET);
    this.#noteStrangers(names);
    return { path: folder.path, format, leader, members, sheets, grants, problems: this.#problems };
  }

  async #leader(self: ProcessIdentity): Promise<DirectorySnapshot['leader']> {
    const newest = await this.#noting(new ClaimSeries(this.#folder, LEADER_PREFIX).newest());
    if (newest === undefined) return undefined;
    const process = await processOf(newest.record, self);
    return process && { unit: newest.record.unit, process };
  }

  /** While leadership passes, the newest grants that are there are good enough to look at. */
  async #grants(names: readonly string[]): Promise<GrantSheet | undefined> {
    const epoch = numbersAfter(GRANTS_PREFIX, names).at(-1);
    if (epoch === undefined) return EMPTY_GRANT_SHEET;
    return this.#noting(
      (async () => {
        const bytes = await this.#folder.read(grantsName(epoch));
        return bytes === undefined
          ? EMPTY_GRANT_SHEET
          : decodeGrants(this.#folder, this.#codec, epoch, bytes);
      })(),
    );
  }

  async #members(
    units: readonly UnitName[],
    names: readonly string[],
    self: ProcessIdentity,
  ): Promise<DirectorySnapshot['members']> {
    const claims = newestClaims(names);
    const members = new Map<UnitName, { readonly process: ServingProcess | undefined }>();
    for (const unit of units) {
      const series = new ClaimSeries(this.#folder, claimPrefix(unit));
      const record = await this.#noting(series.read(claims.get(unit) ?? 0));
      members.set(unit, { process: record && (await processOf(record, self)) });
    }
    return members;
  }

  async #sheets(
    units: readonly UnitName[],
    grants: GrantSheet,
  ): Promise<ReadonlyMap<UnitName, SheetReading>> {
    const holders = [...grants.values()].flatMap((entries) => [...entries.keys()]);
    const sheets = new Map<UnitName, SheetReading>();
    for (const unit of new Set([...units, ...holders])) {
      const reading = await readSheet(this.#folder, this.#codec, unit);
      if (reading.state === 'unreadable') this.#note(reading.error);
      sheets.set(unit, reading);
    }
    return sheets;
  }

  #noteStrangers(names: readonly string[]): void {
    for (const name of names) {
      if (name === SET_ASIDE_FOLDER || isTemporaryName(name)) continue;
      if (parseDocumentName(name) !== undefined) continue;
      const path = this.#folder.pathOf(name);
      this.#problems.push({ path, message: `${path} is none of Baton's files: move it away` });
    }
  }

  /** What a reading gave; where it could not be read, undefined, and the problem is noted. */
  async #noting<T>(reading: Promise<T>): Promise<T | undefined> {
    try {
      return await reading;
    } catch (error) {
      this.#note(error);
      return undefined;
    }
  }

  #note(error: unknown): void {
    if (!LockStoreError.is(error)) throw error;
    this.#problems.push({ path: error.path ?? this.#folder.path, message: error.message });
  }
}

async function processOf(
  record: OwnerRecord,
  self: ProcessIdentity,
): Promise<ServingProcess | undefined> {
  if (record.released) return undefined;
  return { pid: record.pid, state: await stateOfProcess(record, self) };
}
