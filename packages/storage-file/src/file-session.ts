import {
  LockStoreError,
  type Codec,
  type GrantSheet,
  type HookOutcome,
  type HookSession,
  type LeaderGrants,
  type Leadership as LeadershipAnswer,
  type LocalState,
  type PeerRequests,
  type SheetReading,
  type UnitName,
  type UnitState,
} from '@baton/coordinator';

import { unitDocumentName, unitsWith } from './document-names.ts';
import type { EpochGrants } from './epoch-grants.ts';
import type { Folder } from './folder.ts';
import type { Leadership } from './leadership.ts';
import { OwnDocument } from './own-document.ts';
import { readSheet, unreadable } from './read-sheet.ts';

/** What a session needs of its store. */
export interface SessionContext {
  readonly unit: UnitName;
  readonly folder: Folder;
  readonly codec: Codec;
  readonly leadership: Leadership;
  readonly grants: EpochGrants;
  /** Runs what writes, one after another; rejects with `CLOSED` once the store is closed. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
  /** Tells the store that the session has ended. */
  ended(): void;
}

/** One hook of one unit on a directory. */
export class FileSession implements HookSession {
  readonly peers: PeerRequests;
  readonly grants: LeaderGrants;
  readonly local: LocalState;
  readonly #context: SessionContext;
  readonly #sheet: OwnDocument;
  readonly #local: OwnDocument;
  readonly #readings = new Map<UnitName, Promise<SheetReading>>();
  #leads: 'not asked' | 'no' | { readonly epoch: number } = 'not asked';
  #grantSheet: Promise<GrantSheet> | undefined;
  #wakes = false;
  #ended = false;

  constructor(context: SessionContext) {
    const { folder, codec, unit } = context;
    this.#context = context;
    this.#sheet = new OwnDocument(folder, codec, unit, 'sheet');
    this.#local = new OwnDocument(folder, codec, unit, 'local');
    this.peers = {
      joined: async () => this.#whileOpen(() => true),
      readOwn: async () => this.#whileOpen(() => this.#readOwn()),
      readAll: async (alsoRead) => this.#whileOpen(() => this.#readAll(alsoRead)),
      write: async (sheet) => this.#whileOpen(() => this.#sheet.stage(sheet)),
      liveUnits: async () => this.#whileOpen(() => this.#liveUnits()),
    };
    this.grants = {
      visibility: 'immediate',
      read: async () => this.#whileOpen(() => this.#readGrants()),
      write: async (sheet) => this.#whileOpen(() => this.#writeGrants(sheet)),
      refresh: async () =>
        this.#asLeader('read the grants anew', () => {
          this.#grantSheet = undefined;
        }),
      wake: async () =>
        this.#asLeader('wake the units', () => {
          this.#wakes = true;
        }),
    };
    this.local = {
      read: async () => this.#whileOpen(() => this.#local.read()),
      write: async (sheet) => this.#whileOpen(() => this.#local.stage(sheet)),
    };
  }

  async leadership(): Promise<LeadershipAnswer> {
    this.#mustBeOpen();
    const epoch = await this.#context.exclusively(() => this.#ledEpoch());
    return epoch === undefined
      ? { leader: false, guaranteedForMs: 0 }
      : { leader: true, guaranteedForMs: Infinity };
  }

  async end(outcome: HookOutcome): Promise<void> {
    this.#mustBeOpen();
    this.#ended = true;
    try {
      if (outcome === 'success') await this.#context.exclusively(() => this.#publish());
    } finally {
      this.#context.ended();
    }
  }

  async #publish(): Promise<void> {
    const { folder, unit } = this.#context;
    const changes = [await this.#sheet.change(), await this.#local.change()].filter(
      (change) => change !== undefined,
    );
    if (this.#wakes) {
      const bytes = new TextEncoder().encode(`${crypto.randomUUID()}\n`);
      changes.push({ name: unitDocumentName('wake', unit), bytes });
    }
    await folder.replace(changes);
  }

  /** Once this unit did not lead in this session, it does not: what it read may be old. */
  async #ledEpoch(): Promise<number | undefined> {
    if (this.#leads === 'no') return undefined;
    const { leadership } = this.#context;
    if (this.#leads === 'not asked') {
      const epoch = await leadership.lead();
      this.#leads = epoch === undefined ? 'no' : { epoch };
      return epoch;
    }
    const { epoch } = this.#leads;
    if (await leadership.isNewest(epoch)) return epoch;
    this.#leads = 'no';
    return undefined;
  }

  async #asLeader(tried: string, act: (epoch: number) => void | Promise<void>): Promise<void> {
    this.#mustBeOpen();
    await this.#context.exclusively(async () => {
      const epoch = await this.#ledEpoch();
      if (epoch === undefined) {
        const { unit, folder } = this.#context;
        throw new LockStoreError(
          'NOT_LEADER',
          `unit ${unit} cannot ${tried} in ${folder.path}: it does not lead; leave it to the leader`,
          { unit, path: folder.path },
        );
      }
      await act(epoch);
    });
  }

  async #readOwn(): Promise<SheetReading> {
    try {
      const sheet = await this.#sheet.read();
      return sheet === undefined ? { state: 'absent' } : { state: 'present', sheet };
    } catch (error) {
      return unreadable(error);
    }
  }

  async #readAll(alsoRead: Iterable<UnitName>): Promise<ReadonlyMap<UnitName, SheetReading>> {
    const { folder, codec, unit } = this.#context;
    const units = new Set([...unitsWith('member', await folder.list()), ...alsoRead]);
    for (const other of units) {
      if (other !== unit && !this.#readings.has(other)) {
        this.#readings.set(other, readSheet(folder, codec, other));
      }
    }
    const all = [...units].map(async (other): Promise<[UnitName, SheetReading]> => {
      const reading = await (this.#readings.get(other) ?? this.#readOwn());
      return [other, reading];
    });
    return new Map(await Promise.all(all));
  }

  async #liveUnits(): Promise<ReadonlyMap<UnitName, UnitState>> {
    const members = unitsWith('member', await this.#context.folder.list());
    return new Map(members.map((unit) => [unit, 'alive']));
  }

  async #readGrants(): Promise<GrantSheet> {
    const reading = (this.#grantSheet ??= this.#context.grants.read());
    try {
      return await reading;
    } catch (error) {
      if (this.#grantSheet === reading) this.#grantSheet = undefined;
      throw error;
    }
  }

  async #writeGrants(sheet: GrantSheet): Promise<void> {
    await this.#asLeader('write the grants', async (epoch) => {
      try {
        await this.#context.grants.write(epoch, sheet);
      } catch (error) {
        if (LockStoreError.is(error, 'NOT_LEADER')) this.#leads = 'no';
        throw error;
      } finally {
        this.#grantSheet = undefined;
      }
      const written = new Map([...sheet].map(([lock, units]) => [lock, new Map(units)]));
      this.#grantSheet = Promise.resolve(written);
    });
  }

  async #whileOpen<T>(act: () => T | Promise<T>): Promise<T> {
    this.#mustBeOpen();
    return act();
  }

  #mustBeOpen(): void {
    if (!this.#ended) return;
    const { unit } = this.#context;
    throw new LockStoreError(
      'CLOSED',
      `this hook of unit ${unit} has ended: open another with begin()`,
      { unit },
    );
  }
}
