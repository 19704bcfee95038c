import { CHARMHELPERS_KEY, type Codec, type UnitName, type UnitState } from '@baton/coordinator';

import { bothForms, oneForm } from './forms.ts';
import { KeyDocuments } from './key-documents.ts';
import { StoreDocuments } from './store-documents.ts';
import { Watchers } from './watchers.ts';

/** What the cluster knows of one unit. */
export interface Member {
  state: UnitState | 'gone';
  /** Whether it stays in the peers' lists although it is gone. */
  ghost: boolean;
  joined: boolean;
  failsNextCommit: boolean;
  /** The peers whose joining was delivered to it. */
  readonly lists: Set<UnitName>;
}

/** The parts of a cluster that never change. */
export interface ClusterSettings {
  readonly codec: Codec;
  readonly grants: 'immediate' | 'on-commit';
  readonly peerReads: 'fresh' | 'delivered';
  readonly guaranteedForMs: number;
}

/** What stores and sessions share, and what only they and their cluster may touch. */
export class ClusterState {
  readonly settings: ClusterSettings;
  readonly members: Map<UnitName, Member> = new Map();
  readonly watchers: Watchers = new Watchers();
  leader: UnitName | undefined;
  liveUnitsFail = false;
  commits = 0;
  writes = 0;
  readonly #documents = new Map<string, KeyDocuments>();

  constructor(settings: ClusterSettings) {
    this.settings = settings;
  }

  documents(key: string): KeyDocuments {
    let documents = this.#documents.get(key);
    if (documents === undefined) {
      documents = new KeyDocuments(key);
      this.#documents.set(key, documents);
    }
    return documents;
  }

  /** The documents of a key as a store sees them; with charmhelpers', as one with that option does. */
  storeDocuments(key: string, withCharmhelpers: boolean): StoreDocuments {
    return withCharmhelpers
      ? new StoreDocuments(this.documents(key), bothForms, this.documents(CHARMHELPERS_KEY))
      : new StoreDocuments(this.documents(key), oneForm(this.settings.codec));
  }

  /** Adds a unit that the cluster has never had, or has no longer. */
  add(unit: UnitName): Member {
    const member: Member = {
      state: 'alive',
      ghost: false,
      joined: false,
      failsNextCommit: false,
      lists: new Set(),
    };
    this.members.set(unit, member);
    return member;
  }

  /** @throws {RangeError} where the unit was never added */
  member(unit: UnitName): Member {
    const member = this.members.get(unit);
    if (member === undefined) {
      throw new RangeError(`${unit} is not in this cluster: add it with addUnit() first`);
    }
    return member;
  }

  /** The units that are alive or dying, in the order they came. */
  liveUnits(): Map<UnitName, UnitState> {
    const units = new Map<UnitName, UnitState>();
    for (const [unit, { state }] of this.members) {
      if (state !== 'gone') units.set(unit, state);
    }
    return units;
  }

  /** Tells `to` who is there, and what the others' sheets are; of all of them, or of `from` alone. */
  deliver(to: UnitName, from: UnitName | undefined): void {
    const { lists } = this.member(to);
    let news = false;
    for (const [unit, member] of this.members) {
      if (unit === to || (from !== undefined && unit !== from)) continue;
      const listed = lists.has(unit);
      if (member.state === 'gone') {
        if (!member.ghost) lists.delete(unit);
      } else if (member.joined) {
        lists.add(unit);
      }
      news ||= listed !== lists.has(unit);
    }
    for (const documents of this.#documents.values()) {
      // Every key is delivered, so no short circuit here.
      if (documents.deliver(to, from)) news = true;
    }
    if (news) this.watchers.tell({ only: to });
  }
}

const states = new WeakMap<object, ClusterState>();

/** Remembers the state of a cluster for {@link stateOf}. */
export function registerState(cluster: object, state: ClusterState): void {
  states.set(cluster, state);
}

/** The state of a cluster, for the other files of this package; it is no part of the public class. */
export function stateOf(cluster: object): ClusterState {
  const state = states.get(cluster);
  if (state === undefined) throw new TypeError('expected a MemoryCluster of this package');
  return state;
}
