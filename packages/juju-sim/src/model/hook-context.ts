import type { AgentMemory } from './agent.ts';
import { emptyBag, merge, type Bag } from './bag.ts';
import { ContextLeadership } from './context-leadership.ts';
import { ContextState } from './context-state.ts';
import type { Commit, ConfigValue, Controller, PeerRelation, UnitRecord } from './controller.ts';
import { isRelationHook, type ActionRecord, type HookInfo } from './hook.ts';
import type { ModelLog } from './log.ts';
import { isUnitName, type UnitName } from './names.ts';
import type { Profile } from './profile.ts';
import { Refusal } from './refusal.ts';

/** What a context is made of. */
export interface HookContextOptions {
  readonly id: string;
  readonly unit: UnitName;
  readonly work: { readonly hook: HookInfo } | { readonly action: ActionRecord };
  readonly controller: Controller;
  readonly memory: AgentMemory;
  /** Whether the unit is in the relation: not in `install`. */
  readonly inRelation: boolean;
  readonly charmRevision: number;
  readonly log: ModelLog;
  readonly now: () => number;
}

/**
 * What one hook or action sees and writes. It takes its views when they are first asked for and keeps
 * them; what it writes waits for the end of the hook, except where Juju writes at once.
 */
export class HookContext {
  /** What the hook or action finds in `JUJU_CONTEXT_ID`: no other one of the model has it. */
  readonly id: string;
  /** The unit that runs it, such as `db/0`. */
  readonly unit: UnitName;
  /** What is true, whatever this unit has been told. */
  readonly controller: Controller;
  /** The rules of the line of Juju. */
  readonly profile: Profile;
  /** The hook that runs; `undefined` in an action. */
  readonly hook: HookInfo | undefined;
  /** The action that runs; `undefined` in a hook. */
  readonly action: ActionRecord | undefined;
  /** The peer relation, if the unit is in it. */
  readonly relation: PeerRelation | undefined;
  /** The members of the relation, sorted as text, as they were when the hook began. */
  readonly members: readonly UnitName[];
  /** The charm that runs, as a count of refreshes. */
  readonly charmRevision: number;
  /** Whether the unit leads, and the leader settings, as this hook sees them. */
  readonly leadership: ContextLeadership;
  /** The charm state of the unit, as this hook sees it. */
  readonly state: ContextState;
  /** How many hook tools it has run. */
  toolCalls = 0;
  /** Set when the hook is over: no tool runs any more. */
  closed = false;
  readonly #memory: AgentMemory;
  readonly #log: ModelLog;
  readonly #now: () => number;
  readonly #ports = new Map<string, 'open' | 'close'>();
  #ownBag: { readonly base: Bag; pending: Map<string, string> } | undefined;
  #leaderBag: { readonly base: Bag; pending: Map<string, string> } | undefined;
  #applicationBag: Bag | undefined;
  #config: ReadonlyMap<string, ConfigValue> | undefined;

  constructor(options: HookContextOptions) {
    this.id = options.id;
    this.unit = options.unit;
    this.controller = options.controller;
    this.profile = options.controller.profile;
    this.hook = 'hook' in options.work ? options.work.hook : undefined;
    this.action = 'action' in options.work ? options.work.action : undefined;
    this.relation = options.inRelation ? options.controller.relation : undefined;
    this.members = options.memory.remoteBags.members();
    this.charmRevision = options.charmRevision;
    this.#memory = options.memory;
    this.#log = options.log;
    this.#now = options.now;
    this.leadership = new ContextLeadership(
      options.unit,
      options.controller,
      options.memory,
      options.now,
    );
    this.state = new ContextState(() => this.record.state);
  }

  /** What the controller knows of the unit itself, now. */
  get record(): UnitRecord {
    return this.controller.unit(this.unit);
  }

  /** The application's time, in ms since 1970. */
  get now(): number {
    return this.#now();
  }

  /** Whether the hook belongs to the relation, which is then the default of `-r`. */
  get isRelationHook(): boolean {
    return this.hook !== undefined && isRelationHook(this.hook);
  }

  /** The own databag at first touch, with what this hook has set. */
  ownBag(): Bag {
    const view = (this.#ownBag ??= { base: this.record.bag ?? emptyBag, pending: new Map() });
    return merge(view.base, view.pending);
  }

  /** Sets keys of the own databag when the hook ends; an empty value deletes. */
  setOwnBag(changes: Bag): void {
    this.ownBag();
    for (const [key, value] of changes) this.#ownBag?.pending.set(key, value);
  }

  /**
   * The application's databag: the leader sees what it has set, others what was there at first read.
   * @throws {Refusal} on Juju 4, if the unit believes that it leads and does not hold the lease
   */
  applicationBag(): Bag {
    if (!this.leadership.isLeader())
      return (this.#applicationBag ??= this.controller.applicationBag);
    if (this.profile.appBagReadNeedsLease && this.controller.leases.holder !== this.unit)
      throw new Refusal('permission denied');
    const view = (this.#leaderBag ??= {
      base: this.controller.applicationBag,
      pending: new Map(),
    });
    return merge(view.base, view.pending);
  }

  /**
   * Sets keys of the application's databag when the hook ends; an empty value deletes.
   * @throws {Refusal} if the unit does not lead, or on Juju 4 does not hold the lease
   */
  setApplicationBag(changes: Bag): void {
    if (!this.leadership.isLeader()) throw new Refusal('cannot write relation settings');
    this.applicationBag();
    for (const [key, value] of changes) this.#leaderBag?.pending.set(key, value);
  }

  /**
   * Another unit's databag, as this unit's agent has it.
   * @throws {Refusal} if that unit never entered the relation
   */
  remoteBag(unit: UnitName): Bag {
    return this.#memory.remoteBags.get(unit, () => {
      const bag = this.controller.units.get(unit)?.bag;
      if (bag !== undefined) return bag;
      const relation = `${this.controller.application}:${this.relation?.endpoint ?? ''}`;
      throw new Refusal(
        this.profile.leaderSettings
          ? `cannot read settings for unit "${unit}" in relation "${relation}": unit "${unit}": settings not found`
          : `cannot read settings for unit "${unit}" in relation "${relation}": relation unit not found`,
      );
    });
  }

  /**
   * A unit's databag, the own one or another's.
   * @throws {Refusal} if the name is none of a unit, or the unit never entered the relation
   */
  bagOf(unit: UnitName): Bag {
    if (unit === this.unit) return this.ownBag();
    if (!isUnitName(unit)) throw new Refusal(`invalid unit name "${unit}"`);
    return this.remoteBag(unit);
  }

  /** The configuration at first touch. */
  config(): ReadonlyMap<string, ConfigValue> {
    return (this.#config ??= this.controller.config);
  }

  /** Opens or closes a port range when the hook ends. */
  setPort(range: string, what: 'open' | 'close'): void {
    this.#ports.set(range, what);
  }

  /** The open port ranges, with what this hook has opened and closed. */
  ports(): string[] {
    const ports = new Set(this.record.ports);
    for (const [range, what] of this.#ports) {
      if (what === 'open') ports.add(range);
      else ports.delete(range);
    }
    return [...ports].toSorted();
  }

  /** Writes a line into the unit's log, at once. */
  writeLog(level: string, message: string): void {
    const prefix = this.isRelationHook && this.relation ? `${this.relationName}: ` : '';
    this.#log({
      at: this.now,
      unit: this.unit,
      level,
      logger: `unit.${this.unit}.juju-log`,
      message: `${prefix}${message}`,
    });
  }

  /** The relation's id, such as `cluster:0`; empty while the unit is in none. */
  get relationName(): string {
    return this.relation ? `${this.relation.endpoint}:${this.relation.id}` : '';
  }

  /** Everything that waits for the end of the hook, as the one transaction that it becomes. */
  pendingWrites(): Commit {
    const state = this.state.written;
    const ports = this.#ports.size === 0 ? {} : this.#pendingPorts();
    return {
      ...(this.#ownBag ? { bag: this.#ownBag.pending } : {}),
      ...(this.#leaderBag?.pending.size ? { applicationBag: this.#leaderBag.pending } : {}),
      ...(state ? { state } : {}),
      ...ports,
    };
  }

  #pendingPorts(): Pick<Commit, 'openedPorts' | 'closedPorts'> {
    const ports = [...this.#ports];
    return {
      openedPorts: ports.filter(([, what]) => what === 'open').map(([range]) => range),
      closedPorts: ports.filter(([, what]) => what === 'close').map(([range]) => range),
    };
  }
}
