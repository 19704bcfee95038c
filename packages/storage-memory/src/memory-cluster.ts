import {
  LockStoreError,
  compactCodec,
  parseUnitName,
  type Codec,
  type GrantSheet,
  type SheetReading,
  type UnitName,
  type UnitState,
} from '@baton/coordinator';

import { ClusterState, registerState, type Member } from './cluster-state.ts';
import { textOf } from './forms.ts';
import { replaceDocument } from './key-documents.ts';
import { MemoryLockStore, type MemoryLockStoreOptions } from './memory-lock-store.ts';

const DEFAULT_KEY = 'baton';

/** A byte that no MessagePack and no JSON document begins with. */
const UNREADABLE = Uint8Array.of(0xc1);

/** How a {@link MemoryCluster} behaves; everything has a default. */
export interface MemoryClusterOptions {
  /** The application that units without a name of their own belong to; `app` by default. */
  readonly application?: string;
  /** When written grants are there for everybody: at once (the default), or when the hook has succeeded. */
  readonly grants?: 'immediate' | 'on-commit';
  /** How long a leader may rely on leading, in milliseconds; 30,000 by default. */
  readonly guaranteedForMs?: number;
  /**
   * `fresh` (the default): every session reads the other units' sheets as they are. `delivered`: as Juju's
   * agent does, a unit keeps what it first read of another unit's sheet until {@link MemoryCluster.deliver}.
   */
  readonly peerReads?: 'fresh' | 'delivered';
  /** How documents become bytes; the compact form by default. */
  readonly codec?: Codec;
}

/** Who hears at once that a unit joined, and whom it hears of; the others hear with a delivery. */
export interface JoinOptions {
  /** The peers that the unit lists at once; `everyone` by default. */
  readonly sees?: 'everyone' | Iterable<string>;
  /** The peers that list the unit at once; `everyone` by default. */
  readonly seenBy?: 'everyone' | Iterable<string>;
}

/** How a unit comes into the cluster. */
export interface AddUnitOptions extends JoinOptions {
  /** Whether it can reach its peers from the start, as it does by default; else {@link MemoryCluster.join} it. */
  readonly joined?: boolean;
}

/** What is committed under one key. */
export interface ClusterInspection {
  /** The unit that leads, if one does. */
  readonly leader: UnitName | undefined;
  /** The units that are alive or dying, in the order they came. */
  readonly units: ReadonlyMap<UnitName, UnitState>;
  /** The sheet of each of these units, and of units that are gone and left one. */
  readonly sheets: ReadonlyMap<UnitName, SheetReading>;
  /** The grant sheet, or why it cannot be read. */
  readonly grants: GrantSheet | LockStoreError;
}

/**
 * An application in memory: its units, who leads, and their documents. It does nothing of its own accord, and
 * has no clock and no timers; whoever holds it says who joins, leads, leaves and what fails, at any time, in
 * the middle of a hook too.
 */
export class MemoryCluster {
  readonly #application: string;
  readonly #state: ClusterState;

  constructor(options: MemoryClusterOptions = {}) {
    this.#application = options.application ?? 'app';
    this.#state = new ClusterState({
      codec: options.codec ?? compactCodec,
      grants: options.grants ?? 'immediate',
      peerReads: options.peerReads ?? 'fresh',
      guaranteedForMs: options.guaranteedForMs ?? 30_000,
    });
    registerState(this, this.#state);
  }

  /** The unit that leads, if one does. */
  get leader(): UnitName | undefined {
    return this.#state.leader;
  }

  /** How many hooks have succeeded so far. */
  get commits(): number {
    return this.#state.commits;
  }

  /** How many documents have been replaced or deleted so far; writing the same again is no change. */
  get writes(): number {
    return this.#state.writes;
  }

  /**
   * Adds a unit, by name or as the next one of the application, and returns its name. A unit that was removed
   * may be added again, and finds its sheet.
   *
   * @throws {CoordinatorError} `INVALID_UNIT_NAME`
   * @throws {RangeError} where the unit is in the cluster
   */
  addUnit(name?: string, options: AddUnitOptions = {}): UnitName {
    const unit = parseUnitName(name ?? this.#nextName());
    const present = this.#state.members.get(unit);
    if (present !== undefined && present.state !== 'gone') {
      throw new RangeError(`${unit} is in this cluster already`);
    }
    this.#state.add(unit);
    if (options.joined ?? true) this.join(unit, options);
    else this.#state.watchers.tell({});
    return unit;
  }

  /** Lets a unit reach its peers, and them hear of it. */
  join(unit: string, options: JoinOptions = {}): void {
    const joining = parseUnitName(unit);
    const { lists } = this.#present(joining);
    this.#present(joining).joined = true;
    const sees = reach(options.sees);
    const seenBy = reach(options.seenBy);
    for (const [peer, member] of this.#state.members) {
      if (peer === joining) continue;
      if (isListable(member) && sees(peer)) lists.add(peer);
      if (member.joined && seenBy(peer)) member.lists.add(joining);
    }
    this.#state.watchers.tell({});
  }

  /** Makes the store of a unit, which it adds where the cluster never had it. */
  store(
    unit: string,
    options: Pick<MemoryLockStoreOptions, 'key' | 'compatibility'> = {},
  ): MemoryLockStore {
    return new MemoryLockStore({ ...options, cluster: this, unit });
  }

  /**
   * Makes a unit the leader, or with `undefined` nobody.
   *
   * @throws {RangeError} where the unit is not in the cluster
   */
  elect(unit: string | undefined): void {
    const leader = unit === undefined ? undefined : parseUnitName(unit);
    if (leader !== undefined) this.#present(leader);
    if (leader === this.#state.leader) return;
    this.#state.leader = leader;
    this.#state.watchers.tell({});
  }

  /** Marks a unit as one that is being removed: it goes on running hooks, and is listed as dying. */
  dying(unit: string): void {
    this.#present(parseUnitName(unit)).state = 'dying';
    this.#state.watchers.tell({});
  }

  /**
   * Removes a unit; if it led, nobody leads. Its last sheet stays readable to whoever asks for it by name, and
   * with `listed` it also stays in the lists of its peers, as a ghost.
   */
  remove(unit: string, options: { readonly listed?: boolean } = {}): void {
    const leaving = parseUnitName(unit);
    const member = this.#present(leaving);
    member.state = 'gone';
    member.ghost = options.listed ?? false;
    if (!member.ghost) {
      for (const peer of this.#state.members.values()) peer.lists.delete(leaving);
    }
    if (this.#state.leader === leaving) this.#state.leader = undefined;
    this.#state.watchers.tell({});
  }

  /**
   * Delivers to a unit what it has not heard: who joined and left, and that the sheets of its peers may have
   * changed, so that its next session reads them anew; with `from`, of that peer alone.
   */
  deliver(to: string, from?: string): void {
    this.#state.deliver(parseUnitName(to), from === undefined ? undefined : parseUnitName(from));
  }

  /** Makes the next `end('success')` of this unit reject with `UNAVAILABLE`, publishing nothing. */
  failNextCommit(unit: string): void {
    this.#present(parseUnitName(unit)).failsNextCommit = true;
  }

  /** Makes every `liveUnits()` reject with `UNAVAILABLE`, until it is called with `false`. */
  failLiveUnits(failing: boolean): void {
    this.#state.liveUnitsFail = failing;
  }

  /** Puts bytes, by default unreadable ones, in place of a unit's sheet or of the grant sheet. */
  corrupt(what: string, bytes: Uint8Array = UNREADABLE, key: string = DEFAULT_KEY): void {
    const documents = this.#state.documents(key);
    const copy = Uint8Array.from(bytes);
    if (what === 'grants') documents.grants = copy;
    else documents.sheets.set(parseUnitName(what), copy);
  }

  /** Takes away a unit's sheet or the grant sheet, as an operator does who sets it aside. Nobody hears of it. */
  setAside(what: string, key: string = DEFAULT_KEY): void {
    const documents = this.#state.documents(key);
    if (what === 'grants') documents.grants = undefined;
    else documents.sheets.delete(parseUnitName(what));
  }

  /** Puts bytes, by default unreadable ones, in place of a unit's stash. */
  corruptStash(unit: string, bytes: Uint8Array = UNREADABLE, key: string = DEFAULT_KEY): void {
    this.#state.documents(key).stashes.set(parseUnitName(unit), Uint8Array.from(bytes));
  }

  /**
   * Reads a unit's sheet or the grant sheet as the text it is kept as: what a unit that runs charmhelpers
   * reads, under its key, `coordinator`. `undefined` where there is none.
   */
  readText(key: string, what: string): string | undefined {
    const documents = this.#state.documents(key);
    const bytes = what === 'grants' ? documents.grants : documents.sheets.get(parseUnitName(what));
    return bytes === undefined ? undefined : textOf(bytes);
  }

  /**
   * Replaces a unit's sheet or the grant sheet with a text, as a unit that runs charmhelpers does: at once, and
   * whoever watches hears of it, except the unit itself, or for grants the leader.
   */
  writeText(key: string, what: string, text: string): void {
    const documents = this.#state.documents(key);
    const bytes = new TextEncoder().encode(text);
    const isGrants = what === 'grants';
    const unit = isGrants ? this.#state.leader : parseUnitName(what);
    const changed =
      isGrants || unit === undefined
        ? documents.replaceGrants(bytes)
        : replaceDocument(documents.sheets, unit, bytes);
    if (!changed) return;
    this.#state.writes += 1;
    const keys = [key];
    this.#state.watchers.tell(unit === undefined ? { keys } : { keys, except: unit });
  }

  /** Reads what is committed under a key, for tests and for whoever wants to show it. */
  inspect(key: string = DEFAULT_KEY): ClusterInspection {
    const units = this.#state.liveUnits();
    const documents = this.#state.storeDocuments(key, false);
    const sheets = new Map<UnitName, SheetReading>();
    for (const unit of new Set([...units.keys(), ...this.#state.documents(key).sheets.keys()])) {
      sheets.set(unit, documents.readSheet(unit, documents.sheet(unit)));
    }
    let grants: GrantSheet | LockStoreError;
    try {
      grants = documents.readGrants(documents.grants);
    } catch (error) {
      if (!LockStoreError.is(error, 'CORRUPT')) throw error;
      grants = error;
    }
    return { leader: this.#state.leader, units, sheets, grants };
  }

  #nextName(): string {
    let number = 0;
    const taken = new Set<string>(this.#state.members.keys());
    while (taken.has(`${this.#application}/${number}`)) number += 1;
    return `${this.#application}/${number}`;
  }

  #present(unit: UnitName): Member {
    const member = this.#state.member(unit);
    if (member.state === 'gone') throw new RangeError(`${unit} was removed from this cluster`);
    return member;
  }
}

function isListable(member: Member): boolean {
  return member.joined && (member.state !== 'gone' || member.ghost);
}

function reach(units: 'everyone' | Iterable<string> = 'everyone'): (unit: string) => boolean {
  if (units === 'everyone') return () => true;
  const named = new Set<string>(units);
  return (unit) => named.has(unit);
}
