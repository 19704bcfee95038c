import { bytesOf, contentVersion, emptyBag, merge, type Bag } from './bag.ts';
import { Leases } from './leases.ts';
import { numberOf, type UnitName } from './names.ts';
import type { Profile } from './profile.ts';
import { Refusal } from './refusal.ts';

/** Where a unit is in its life: dying units still run, dead ones are gone. */
export type Life = 'alive' | 'dying' | 'dead';

/** What a charm said with `status-set`, and when. */
export interface Status {
  /** Such as `active`. */
  readonly status: string;
  /** What was said with it; may be empty. */
  readonly message: string;
  /** When it was set, in ms of the application's time. */
  readonly since: number;
}

/** A value of the application's configuration. */
export type ConfigValue = string | number | boolean;

/** What the controller knows of one unit. */
export interface UnitRecord {
  /** Its name, such as `db/0`. */
  readonly name: UnitName;
  /** The IP address of its machine. */
  readonly address: string;
  /** Where it is in its life: a dead one keeps its record. */
  life: Life;
  /** Whether its peers are told of it: it entered the scope of the relation, and has not left. */
  inScope: boolean;
  /** Its own databag; `undefined` until it entered the scope. It stays when the unit is gone. */
  bag: Bag | undefined;
  /** The version of that databag: a count on Juju 3.6, made from its content on Juju 4; 0 while there is none. */
  bagVersion: number;
  /** Its charm state, which `state-set` writes. */
  state: Bag;
  /** Its open port ranges, such as `8080/tcp`. */
  readonly ports: Set<string>;
  /** What the charm said of the unit last; `waiting` until it says anything. */
  status: Status;
  /** What `application-version-set` said last; empty until then. */
  workloadVersion: string;
  /** The charm it is to run, as a count of refreshes. */
  charmRevision: number;
}

/** The one peer relation of the application. */
export interface PeerRelation {
  /** The number behind the colon in the relation's id, `cluster:0`. */
  readonly id: number;
  /** The charm's name for it, such as `cluster`. */
  readonly endpoint: string;
}

/**
 * Something that the controller tells unit agents about: a unit in the peer relation, or its databag; the
 * application's databag; the leader settings (Juju 3.6); the configuration; the charm; the life of the agent's own
 * unit; its actions.
 */
export type Topic =
  | `peer ${UnitName}`
  | 'application-bag'
  | 'leader-settings'
  | 'config'
  | 'charm'
  | 'life'
  | 'actions';

/** All writes of one hook that wait for its end; sent as one transaction. */
export interface Commit {
  /** Changes to the own databag; an empty value deletes. */
  readonly bag?: Bag;
  /** Changes to the application databag; given only if the hook set any. */
  readonly applicationBag?: Bag;
  /** The charm state, whole; given only if the hook changed it. */
  readonly state?: Bag;
  /** Port ranges to open, such as `8080/tcp`. */
  readonly openedPorts?: readonly string[];
  /** Port ranges to close. */
  readonly closedPorts?: readonly string[];
}

/** What the controller is made of. */
export interface ControllerOptions {
  readonly application: string;
  readonly profile: Profile;
  readonly modelUuid: string;
  readonly relation: PeerRelation | undefined;
  /** The names that `network-get` knows: the charm's endpoints and `juju-info`. */
  readonly endpoints: ReadonlySet<string>;
  readonly config: ReadonlyMap<string, ConfigValue>;
  /** Tells agents: the topic, and the one unit it is for, or `undefined` for everybody. */
  readonly tell: (topic: Topic, only?: UnitName) => void;
}

/** The committed state of the application: what is true, whatever any unit has been told. */
export class Controller {
  /** The name of the application, such as `db`. */
  readonly application: string;
  /** The rules of the line of Juju that it follows. */
  readonly profile: Profile;
  /** What a hook finds in `JUJU_MODEL_UUID`. */
  readonly modelUuid: string;
  /** The peer relation; `undefined` where the charm has none. */
  readonly relation: PeerRelation | undefined;
  /** The names that `network-get` knows: the charm's endpoints and `juju-info`. */
  readonly endpoints: ReadonlySet<string>;
  /** All units that there ever were, by name: the dead ones too. */
  readonly units: Map<UnitName, UnitRecord> = new Map();
  /** Who leads, and until when. */
  readonly leases: Leases = new Leases();
  /** The application's databag in the peer relation. */
  applicationBag: Bag = emptyBag;
  /** The version of that databag: a count on Juju 3.6, made from its content on Juju 4; 0 until somebody writes it. */
  applicationBagVersion = 0;
  /** What `leader-set` wrote; empty on Juju 4, which has no leader settings. */
  leaderSettings: Bag = emptyBag;
  /** The application's configuration; `setConfig` changes it and tells the agents. */
  config: ReadonlyMap<string, ConfigValue>;
  /** How often the charm was refreshed. */
  charmRevision = 0;
  /** What the leader said with `status-set --application`; `undefined` until then. */
  applicationStatus: Status | undefined;
  #counter = 0;
  readonly #tell: (topic: Topic, only?: UnitName) => void;

  constructor(options: ControllerOptions) {
    this.application = options.application;
    this.profile = options.profile;
    this.modelUuid = options.modelUuid;
    this.relation = options.relation;
    this.endpoints = options.endpoints;
    this.config = options.config;
    this.#tell = options.tell;
  }

  /** The record of a unit. @throws {Refusal} if there never was such a unit */
  unit(name: UnitName): UnitRecord {
    const record = this.units.get(name);
    if (record === undefined) throw new Refusal(`unit "${name}" not found`);
    return record;
  }

  /** Writes down a new unit, which is not in the relation yet; `now` is in ms. Only `Model.addUnit` starts an agent. */
  addUnit(name: UnitName, address: string, now: number): UnitRecord {
    const record: UnitRecord = {
      name,
      address,
      life: 'alive',
      inScope: false,
      bag: undefined,
      bagVersion: 0,
      state: emptyBag,
      ports: new Set(),
      status: { status: 'waiting', message: 'agent initialising', since: now },
      workloadVersion: '',
      charmRevision: this.charmRevision,
    };
    this.units.set(name, record);
    return record;
  }

  /**
   * The unit joins the peer relation: from now on its peers are told of it.
   * @throws {Refusal} if there never was such a unit
   */
  enterScope(name: UnitName): void {
    const record = this.unit(name);
    if (record.inScope || record.life !== 'alive') return;
    const bag = new Map([
      ['egress-subnets', `${record.address}/32`],
      ['ingress-address', record.address],
    ]);
    if (this.profile.privateAddress) bag.set('private-address', record.address);
    record.bag = bag;
    record.bagVersion = this.#versionOf(bag);
    record.inScope = true;
    this.#tell(`peer ${name}`);
  }

  /**
   * One transaction with everything a hook wrote: all of it or nothing. Values that are there already
   * cause no version and no event.
   * @throws {Refusal} if the application bag is to be written without the lease, or a limit is exceeded
   */
  commit(name: UnitName, commit: Commit): void {
    const record = this.unit(name);
    const { applicationBag } = this;
    if (commit.applicationBag !== undefined) this.#checkLeader(name);
    const bag = commit.bag && merge(record.bag ?? emptyBag, commit.bag);
    const shared = commit.applicationBag && merge(applicationBag, commit.applicationBag);
    this.#checkLimits([bag, shared], commit.state);

    if (bag !== undefined && bag !== record.bag && record.bag !== undefined) {
      const before = record.bagVersion;
      record.bag = bag;
      record.bagVersion = this.#versionOf(bag);
      if (record.bagVersion !== before && record.inScope) this.#tell(`peer ${name}`);
    }
    if (shared !== undefined && shared !== applicationBag) {
      this.applicationBag = shared;
      this.applicationBagVersion = this.#versionOf(shared);
      this.#tell('application-bag');
    }
    if (commit.state !== undefined) record.state = commit.state;
    for (const port of commit.openedPorts ?? []) record.ports.add(port);
    for (const port of commit.closedPorts ?? []) record.ports.delete(port);
  }

  /** Merges into the leader settings at once. @throws {Refusal} if the unit does not hold the lease */
  mergeLeaderSettings(name: UnitName, changes: Bag): void {
    try {
      this.#checkLeader(name);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      throw new Refusal(`failed to merge leadership settings: ${error.message}`);
    }
    const merged = merge(this.leaderSettings, changes);
    if (merged === this.leaderSettings) return;
    this.leaderSettings = merged;
    this.#tell('leader-settings');
  }

  /** Changes these options of the configuration, and tells all agents. */
  setConfig(changes: ReadonlyMap<string, ConfigValue>): void {
    this.config = new Map([...this.config, ...changes]);
    this.#tell('config');
  }

  /**
   * A new charm, for every unit or for one: each is told and upgrades in its own time. Returns its revision.
   * @throws {Refusal} if there never was the one unit
   */
  refreshCharm(only?: UnitName): number {
    this.charmRevision += 1;
    for (const record of only === undefined ? this.units.values() : [this.unit(only)])
      record.charmRevision = this.charmRevision;
    this.#tell('charm', only);
    return this.charmRevision;
  }

  /**
   * The unit is to go: it is told, and on Juju 3.6 its peers are told at once as well.
   * @throws {Refusal} if there never was such a unit
   */
  destroy(name: UnitName): void {
    const record = this.unit(name);
    if (record.life !== 'alive') return;
    record.life = 'dying';
    this.#tell('life', name);
    if (this.profile.dyingUnitsDepart) this.#leaveScope(record);
  }

  /**
   * The unit is gone: its lease is free at once, its databag stays readable.
   * @throws {Refusal} if there never was such a unit
   */
  bury(name: UnitName): void {
    const record = this.unit(name);
    record.life = 'dead';
    this.leases.revoke(name);
    this.#leaveScope(record);
  }

  /** The units that are there, alive or dying, by number. */
  living(): UnitRecord[] {
    return [...this.units.values()]
      .filter((unit) => unit.life !== 'dead')
      .toSorted((a, b) => numberOf(a.name) - numberOf(b.name));
  }

  #leaveScope(record: UnitRecord): void {
    if (!record.inScope) return;
    record.inScope = false;
    this.#tell(`peer ${record.name}`);
  }

  #checkLeader(name: UnitName): void {
    if (this.leases.holder === name) return;
    const { application } = this;
    throw new Refusal(
      this.profile.leaderSettings
        ? `application "${application}": checking leadership continuity: "${name}" is not leader of "${application}"`
        : `checking leadership continuity: "${name}" is not leader of "${application}": lease not held`,
    );
  }

  #checkLimits(bags: readonly (Bag | undefined)[], state: Bag | undefined): void {
    const { maxBagBytes, maxCharmStateBytes } = this.profile;
    for (const bag of bags) {
      if (bag !== undefined && maxBagBytes !== undefined && bytesOf(bag) > maxBagBytes)
        throw new Refusal(`max allowed total size (${maxBagBytes}) exceeded`);
    }
    if (state && maxCharmStateBytes !== undefined && bytesOf(state) > maxCharmStateBytes)
      throw new Refusal(`max allowed size (${maxCharmStateBytes}) exceeded`);
  }

  #versionOf(bag: Bag): number {
    if (this.profile.bagVersions === 'content-hash') return contentVersion(bag);
    this.#counter += 1;
    return this.#counter;
  }
}
