import { Actions } from './actions.ts';
import { newAgent, newMemory, type Agent, type AgentMemory } from './agent.ts';
import { AgentWatch } from './agent-watch.ts';
import { chooseOperation, type Surroundings } from './choose-operation.ts';
import { Controller, type PeerRelation } from './controller.ts';
import { Election } from './election.ts';
import type { ActionRecord, HookInfo, Operation } from './hook.ts';
import { HookContext } from './hook-context.ts';
import type { UnitName } from './names.ts';
import type { HookEnd, HookExit, ModelOptions } from './model-options.ts';
import { profiles } from './profile.ts';
import { recordHook } from './record-hook.ts';
import { Refusal } from './refusal.ts';
import { retryDelay } from './retry.ts';

/**
 * A Juju application: its controller, the agents of its units, and what each hook sees. Pure: it does
 * nothing by itself. Whoever drives it tells the time with `tick`, delivers what the agents are to hear
 * with `deliver`, asks each unit for its `nextOperation`, and runs it between `begin` and `finish`,
 * the charm's calls of hook tools on the context in between.
 */
export class Model {
  /** The state that is committed, whatever any unit has been told. */
  readonly controller: Controller;
  readonly #options: ModelOptions;
  readonly #agents = new Map<UnitName, Agent>();
  readonly #watch: AgentWatch;
  readonly #election: Election;
  readonly #actions = new Actions();
  #now: number;
  #updateStatus = true;
  #nextNumber = 0;
  #hooks = 0;
  #toolCalls = 0;

  constructor(options: ModelOptions) {
    this.#options = options;
    this.#now = options.now;
    const profile = profiles[options.juju];
    const endpoint = options.peerEndpoint;
    this.controller = new Controller({
      application: options.application,
      profile,
      modelUuid: this.#uuid(),
      endpoints: new Set([
        ...(endpoint ? [endpoint] : []),
        ...(options.endpoints ?? []),
        'juju-info',
      ]),
      relation: endpoint === undefined ? undefined : { id: 0, endpoint },
      config: options.config ?? new Map(),
      tell: (topic, only) => {
        for (const agent of this.#agents.values())
          if (only === undefined || only === agent.unit) this.#watch.changed(agent, topic);
      },
    });
    this.#watch = new AgentWatch(this.controller, (unit) => this.#actions.unfinished(unit));
    this.#election = new Election(this.controller, this.#agents, options.random);
  }

  /** The application's time, in ms since 1970; `tick` sets it. */
  get now(): number {
    return this.#now;
  }

  /** The peer relation; `undefined` where the charm has none. */
  get relation(): PeerRelation | undefined {
    return this.controller.relation;
  }

  /** How many hooks and actions have begun, and how many hook tools they called. */
  get counters(): {
    /** Hooks and actions that have begun. */
    readonly hooks: number;
    /** Hook tools that were called, counted when their hook is flushed. */
    readonly toolCalls: number;
  } {
    return { hooks: this.#hooks, toolCalls: this.#toolCalls };
  }

  /** All actions, in the order they were asked for. */
  get actions(): readonly ActionRecord[] {
    return this.#actions.all;
  }

  /** Time has come this far (ms; never backwards): leases are renewed or end, update-status comes due. */
  tick(now: number): void {
    this.#now = Math.max(this.#now, now);
    this.#election.run(this.#now);
    for (const { memory } of this.#agents.values()) {
      if (memory === undefined || memory.updateStatusAt > this.#now) continue;
      memory.updateStatusDue = this.#updateStatus;
      memory.updateStatusAt = this.#nextUpdateStatus();
    }
  }

  /**
   * The unit's claims of the leadership reach the controller no more, or again. A leader that is cut off leads
   * no longer than it was promised, and when its lease has ended another unit wins it.
   */
  cutOff(unit: UnitName, cutOff: boolean): void {
    const { memory } = this.#agent(unit);
    if (memory === undefined) return;
    memory.tracker.cutOff = cutOff;
    this.#election.run(this.#now);
  }

  /** Whether a unit's claims do not reach the controller. */
  isCutOff(unit: UnitName): boolean {
    return this.#agents.get(unit)?.memory?.tracker.cutOff ?? false;
  }

  /** Whether `update-status` comes, for all units. Without it one sees what waits for nothing else. */
  setUpdateStatus(comes: boolean): void {
    this.#updateStatus = comes;
    for (const { memory } of this.#agents.values())
      if (memory !== undefined) memory.updateStatusDue = false;
  }

  /** When something happens next by time alone, in ms; `undefined` if nothing will. */
  nextTimer(): number | undefined {
    const times: number[] = [];
    for (const { disk, memory } of this.#agents.values()) {
      if (memory === undefined) continue;
      if (disk.pending?.step === 'failed') times.push(memory.retryAt);
      else if (this.#updateStatus && disk.started && !memory.updateStatusDue)
        times.push(memory.updateStatusAt);
    }
    const { holder, expiresAt } = this.controller.leases;
    const tracker = this.#agents.get(holder ?? '')?.memory?.tracker;
    const renewsNoMore = holder !== undefined && (tracker === undefined || tracker.cutOff);
    if (renewsNoMore && expiresAt !== undefined) times.push(expiresAt);
    // What is due already waits for something else than time.
    const next = Math.min(...times.filter((time) => time > this.#now));
    return Number.isFinite(next) ? next : undefined;
  }

  /** Adds a unit and starts its agent. Returns its name. */
  addUnit(): UnitName {
    const { application } = this.controller;
    const number = this.#nextNumber++;
    const unit = `${application}/${number}`;
    const address = this.#options.address?.(number) ?? `10.0.${number >> 8}.${(number & 255) + 1}`;
    this.controller.addUnit(unit, address, this.#now);
    const agent = newAgent(unit);
    agent.disk.charmRevision = this.controller.unit(unit).charmRevision;
    this.#agents.set(unit, agent);
    this.startAgent(unit);
    return unit;
  }

  /**
   * Removes a unit: it runs its last hooks and then is gone. By force it is gone at once, and whoever
   * drives the model must end its processes.
   */
  removeUnit(unit: UnitName, options: { readonly force?: boolean } = {}): void {
    this.controller.destroy(unit);
    if (!options.force) return;
    this.stopAgent(unit);
    this.#bury(unit);
  }

  /** The unit agent dies, whatever it does: it forgets what it heard, and a running hook is void. */
  stopAgent(unit: UnitName): void {
    const agent = this.#agent(unit);
    agent.memory = undefined;
    agent.running = undefined;
    if (agent.disk.pending?.step === 'running') agent.disk.pending.step = 'failed';
    this.#actions.abandon(unit, 'running', 'action terminated', this.#now);
  }

  /** The unit agent starts, or starts again: a hook that was running when it died is retried. */
  startAgent(unit: UnitName): void {
    const agent = this.#agent(unit);
    if (agent.memory !== undefined) return;
    if (this.controller.unit(unit).life === 'dead')
      throw new Refusal(`unit "${unit}" is gone: its agent cannot be started`);
    agent.memory = newMemory(this.#nextUpdateStatus());
    if (agent.disk.pending?.step === 'failed') this.#retryLater(agent.memory);
    this.#watch.restarted(agent);
    this.#election.run(this.#now);
  }

  /** Whether a unit's agent runs; false where there never was such a unit. */
  isRunning(unit: UnitName): boolean {
    return this.#agents.get(unit)?.memory !== undefined;
  }

  /**
   * Makes a unit the leader, as if the lease of the one before had ended. Unless told otherwise the
   * one before knows at once; if not, it believes that it leads until it renews, 30 s at most.
   */
  elect(unit: UnitName, options: { readonly quietly?: boolean } = {}): void {
    const agent = this.#agent(unit);
    if (agent.memory === undefined)
      throw new Refusal(`unit "${unit}" cannot lead: its agent is stopped`);
    this.#election.force(agent, this.#now, options.quietly ?? false);
  }

  /** What a unit is to hear and has not heard yet, in the order it happened. */
  undelivered(unit: UnitName): ReturnType<AgentWatch['undelivered']> {
    return this.#watch.undelivered(this.#agent(unit));
  }

  /** Whether there is something that a unit is to hear and has not heard yet. */
  hasUndelivered(unit: UnitName): boolean {
    return (this.#agents.get(unit)?.memory?.undelivered.size ?? 0) > 0;
  }

  /** The unit's agent hears of one thing that changed, or of all. */
  deliver(unit: UnitName, topic?: Parameters<AgentWatch['deliver']>[1]): void {
    this.#watch.deliver(this.#agent(unit), topic);
  }

  /** What the unit does next, by what it has heard. Changes nothing but what takes no hook. */
  nextOperation(unit: UnitName): Operation {
    const agent = this.#agent(unit);
    if (this.controller.unit(unit).life === 'dead') return { kind: 'dead' };
    this.#settleLeadership(agent);
    const operation = chooseOperation(agent, this.#surroundings());
    if (operation.kind === 'dead') this.#bury(unit);
    return operation;
  }

  /**
   * Begins the unit's next operation and gives what its hook sees. Then run the charm, and `finish`.
   * @throws {Refusal} if the unit has nothing to run now
   */
  begin(unit: UnitName): HookContext {
    const context = this.beginNext(unit);
    if (context === undefined) throw new Refusal(`unit "${unit}" has nothing to run now`);
    return context;
  }

  /** As {@link Model.begin}; gives `undefined` if the unit has nothing to run now. */
  beginNext(unit: UnitName): HookContext | undefined {
    const operation = this.nextOperation(unit);
    const agent = this.#agent(unit);
    const { memory } = agent;
    const runs = operation.kind === 'hook' || operation.kind === 'action';
    if (memory === undefined || !runs) return undefined;
    const name = operation.kind === 'hook' ? operation.hook.name : operation.action.name;
    this.#hooks += 1;
    const id = `${unit}-${name}-${this.#hex(8)}${'0'.repeat(16)}${hexOf(this.#hooks)}`;
    agent.running = id;
    memory.remoteBags.prune(agent.disk.relation.members);
    if (operation.kind === 'hook') this.#beginHook(agent, memory, operation.hook);
    else operation.action.status = 'running';
    return new HookContext({
      id,
      unit,
      work: operation,
      controller: this.controller,
      memory,
      inRelation: agent.disk.relation.created || isCreated(operation),
      charmRevision: revisionOf(agent, operation),
      log: this.#options.log ?? (() => undefined),
      now: () => this.#now,
    });
  }

  /** The process of a hook or action has ended: flushes what it wrote, and records that it ran. */
  finish(context: HookContext, exit: HookExit): HookEnd {
    const end = this.flush(context, exit);
    this.record(context, end);
    return end;
  }

  /** The first half of `finish`: sends what the hook wrote, as one transaction, if it exited with 0. */
  flush(context: HookContext, exit: HookExit): HookEnd {
    context.closed = true;
    this.#toolCalls += context.toolCalls;
    context.toolCalls = 0;
    const died = this.#agent(context.unit).running !== context.id;
    if (died || exit.kind === 'terminated') return { result: 'requeued' };
    if (exit.kind === 'missing') return { result: 'done' };
    if (exit.code !== 0) return { result: 'failed', why: `exit status ${exit.code}` };
    try {
      this.controller.commit(context.unit, context.pendingWrites());
      return { result: 'done' };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { result: 'failed', why: error.message };
    }
  }

  /** The second half of `finish`. An agent that dies between the halves runs the same hook again. */
  record(context: HookContext, end: HookEnd): void {
    const agent = this.#agent(context.unit);
    const { memory } = agent;
    if (memory === undefined || agent.running !== context.id) return;
    agent.running = undefined;
    const { pending } = agent.disk;
    if (context.action !== undefined) this.#actions.finish(context.action, end, this.#now);
    else if (pending === undefined) return;
    else if (end.result === 'requeued') pending.step = 'queued';
    else if (end.result === 'failed') {
      pending.step = 'failed';
      this.#retryLater(memory);
    } else this.#recordDone(agent, memory, pending.hook);
  }

  /** Tries a failed hook again at once, or counts it as run without running it. */
  resolve(unit: UnitName, options: { readonly retry?: boolean } = {}): void {
    const agent = this.#agent(unit);
    const { memory, disk } = agent;
    if (memory === undefined || disk.pending?.step !== 'failed')
      throw new Refusal(`unit "${unit}" is not in an error state`);
    memory.failures = 0;
    if (options.retry ?? true) memory.retryAt = this.#now;
    else this.#recordDone(agent, memory, disk.pending.hook);
  }

  /** Asks a unit to run an action. */
  enqueueAction(
    unit: UnitName,
    name: string,
    parameters: ActionRecord['parameters'] = {},
  ): ActionRecord {
    this.controller.unit(unit);
    const action = this.#actions.enqueue({
      unit,
      uuid: this.#uuid(),
      name,
      parameters,
      enqueuedAt: this.#now,
    });
    this.#watch.changed(this.#agent(unit), 'actions');
    return action;
  }

  /** The name of the hook or action that a unit runs now. */
  runningHook(unit: UnitName): string | undefined {
    const { running } = this.#agent(unit);
    return running?.slice(unit.length + 1, -33);
  }

  /** Whether a unit's agent believes that it leads. */
  believesToLead(unit: UnitName): boolean {
    return this.#agents.get(unit)?.memory?.tracker.leader ?? false;
  }

  /** Whether no unit has anything to do until a timer or somebody from outside makes it. */
  get settled(): boolean {
    for (const agent of this.#agents.values()) {
      const { unit, memory } = agent;
      if (memory === undefined) continue;
      if (this.#watch.undelivered(agent).length > 0) return false;
      const { kind } = this.nextOperation(unit);
      if (kind !== 'idle' && kind !== 'dead' && kind !== 'stopped') return false;
    }
    return true;
  }

  #surroundings(): Surroundings {
    const { application, profile, relation } = this.controller;
    return { application, profile, relation, now: this.#now };
  }

  #beginHook(agent: Agent, memory: AgentMemory, hook: HookInfo): void {
    // Its count begins again with the agent: one that runs again tells what there is to tell now.
    const told =
      hook.kind === 'leader-settings-changed'
        ? { ...hook, version: memory.told.leaderSettingsVersion }
        : hook;
    agent.disk.pending = { hook: told, step: 'running' };
    if (hook.kind === 'relation-created') this.controller.enterScope(agent.unit);
    if (hook.kind === 'relation-departed') memory.remoteBags.remove(hook.remoteUnit ?? '');
    else if (hook.remoteUnit) memory.remoteBags.invalidate(hook.remoteUnit);
    if (hook.kind === 'leader-elected') agent.disk.leader = true;
  }

  #recordDone(agent: Agent, memory: AgentMemory, hook: HookInfo): void {
    agent.disk.pending = undefined;
    memory.failures = 0;
    const restarts = recordHook(agent.disk, memory, hook);
    if (restarts) this.#watch.restarted(agent);
    if (hook.kind === 'remove') this.#bury(agent.unit);
  }

  #settleLeadership(agent: Agent): void {
    const { disk, memory } = agent;
    if (memory === undefined || agent.running !== undefined) return;
    if (disk.leader && !(memory.tracker.leader && memory.told.life === 'alive')) {
      disk.leader = false;
    }
    // A leader-elected that could not be run while the unit led is not run when it leads no more.
    if (disk.pending?.hook.kind === 'leader-elected' && !memory.tracker.leader)
      disk.pending = undefined;
  }

  #retryLater(memory: AgentMemory): void {
    memory.failures += 1;
    memory.retryAt = this.#now + retryDelay(memory.failures, this.#options.random);
  }

  #bury(unit: UnitName): void {
    const agent = this.#agent(unit);
    this.controller.bury(unit);
    agent.memory = undefined;
    agent.running = undefined;
    this.#actions.abandon(unit, 'pending', 'unit is gone', this.#now);
    this.#election.run(this.#now);
  }

  #nextUpdateStatus(): number {
    const { updateStatusMs = 300_000, random } = this.#options;
    return this.#now + Math.round(updateStatusMs * (0.8 + 0.4 * random()));
  }

  #uuid(): string {
    return [8, 4, 4, 4, 12].map((length) => this.#hex(length)).join('-');
  }

  #hex(digits: number): string {
    let text = '';
    while (text.length < digits) text += hexOf(Math.floor(this.#options.random() * 2 ** 32));
    return text.length === digits ? text : text.slice(0, digits);
  }

  #agent(unit: UnitName): Agent {
    const agent = this.#agents.get(unit);
    if (agent === undefined) throw new Refusal(`unit "${unit}" not found`);
    return agent;
  }
}

const HEX_OF_BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Eight digits; by a table, since every hook takes two of them and `toString(16)` is slow. */
function hexOf(number: number): string {
  let text = '';
  for (const shift of [24, 16, 8, 0]) text += HEX_OF_BYTES[(number >>> shift) & 255] ?? '';
  return text;
}

function isCreated(operation: Operation): boolean {
  return operation.kind === 'hook' && operation.hook.kind === 'relation-created';
}

/** A new charm is there already when `upgrade-charm` runs. */
function revisionOf({ disk }: Agent, operation: Operation): number {
  const hook = operation.kind === 'hook' ? operation.hook : undefined;
  return hook?.kind === 'upgrade-charm' ? (hook.version ?? 0) : disk.charmRevision;
}
