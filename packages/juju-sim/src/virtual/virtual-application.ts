import type { ToolCall, ToolResult } from '@baton/hook-tools';

import type { HookContext } from '../model/hook-context.ts';
import { Model } from '../model/model.ts';
import type { HookEnd } from '../model/model-options.ts';
import type { UnitName } from '../model/names.ts';
import type { JujuSeries } from '../model/profile.ts';
import { seededRandom } from '../seeded-random.ts';
import { callTool } from '../tools/run-tool.ts';
import { APPLICATION, type DocumentOwner, type Move } from './move.ts';
import type { VirtualObserver } from './observer.ts';
import { RunningHook, type HookSurroundings } from './running-hook.ts';
import { TraceLog, type TraceEvent } from './trace.ts';
import type { VirtualCharm } from './virtual-hook.ts';
import { VirtualMachine } from './virtual-machine.ts';
import { whenDrained } from './when-drained.ts';

/** How a virtual application is made. */
export interface VirtualApplicationOptions {
  /** The line of Juju whose rules it follows. */
  readonly juju: JujuSeries;
  /** How many units there are at the beginning. */
  readonly units: number;
  /** What everything random is made from. */
  readonly seed: number;
  /** The code of every unit, for any hook or action. */
  readonly charm: VirtualCharm;
  /** Hears of what happens, to check it; nobody does unless given. */
  readonly observer?: VirtualObserver;
  /** The keys of a unit's databag and of the application's, or of the leader settings, that may be written over. */
  readonly corruptible?: Corruptible;
  /** Told of each event; without it, none is made. */
  readonly onEvent?: (event: TraceEvent) => void;
}

/** Which documents somebody may write over. */
export interface Corruptible {
  /** The key of a unit's databag that holds its document. */
  readonly unitKey: string;
  /** The key that holds the application's document. */
  readonly applicationKey: string;
  /** Where that key is; the leader settings exist on Juju 3.6 only. */
  readonly applicationIn: 'leader-settings' | 'application-databag';
}

/** Long enough for every lease to end. */
const LAPSE_MS = 61_000;

/** What the clock shows when a virtual application starts: 2026-01-01. */
export const START_MS = 1_767_225_600_000;

const GARBLED = '!';

/** A failed tool, in words that Juju uses. */
const FAILED: ToolResult = { exitCode: 1, stdout: '', stderr: 'ERROR connection is shut down\n' };
const BLIND: ToolResult = {
  exitCode: 1,
  stdout: '',
  stderr: 'ERROR cannot retrieve goal state\n',
};

/**
 * A Juju application in one process and in virtual time: the model that the process driver uses, and charms that
 * are functions. Nothing happens by itself; `apply` makes one move, after which everything stands still again.
 */
export class VirtualApplication {
  /** The Juju that it runs on: the application `db`, whose peer relation is `cluster`. */
  readonly model: Model;
  /** How many moves were made. */
  moves = 0;
  readonly #options: VirtualApplicationOptions;
  readonly #machines = new Map<UnitName, VirtualMachine>();
  /** The machines as a list; `undefined` where there are others by now. */
  #units: readonly VirtualMachine[] | undefined;
  readonly #trace: TraceLog | undefined;
  #now = START_MS;
  #blind = false;
  #codeGoesOn = false;
  #defect: { readonly error: unknown } | undefined;
  /** Documents that were written over and not set aside yet. */
  readonly #corrupted = new Set<DocumentOwner>();

  constructor(options: VirtualApplicationOptions) {
    this.#options = options;
    this.#trace = options.onEvent && new TraceLog(START_MS, options.onEvent);
    this.model = new Model({
      application: 'db',
      juju: options.juju,
      random: seededRandom(options.seed),
      now: START_MS,
      peerEndpoint: 'cluster',
      config: new Map([['turn', 0]]),
    });
    for (let count = 0; count < options.units; count += 1) this.#addUnit();
  }

  /** The virtual time, in ms since 1970. */
  get now(): number {
    return this.#now;
  }

  /** The units that are not gone, by number. */
  get units(): readonly VirtualMachine[] {
    return (this.#units ??= [...this.#machines.values()]);
  }

  /** The machine of a unit; `undefined` once it is gone. */
  machine(unit: UnitName): VirtualMachine | undefined {
    return this.#machines.get(unit);
  }

  /** The documents that were written over and not set aside yet. */
  get corrupted(): ReadonlySet<DocumentOwner> {
    return this.#corrupted;
  }

  /** Whether `goal-state` fails for everybody. */
  get blind(): boolean {
    return this.#blind;
  }

  /** What a unit does next by itself; `undefined` while it has nothing to do, or waits for time to pass. */
  nextMoveOf(machine: VirtualMachine, preferResuming = false): Move | undefined {
    const { unit, hook } = machine;
    if (!this.model.isRunning(unit) || machine.isSuspended(this.#now)) return undefined;
    if (hook === undefined) {
      const { kind } = this.model.nextOperation(unit);
      // A unit that goes before it was installed runs no hook for it.
      const moves = kind === 'hook' || kind === 'action' || kind === 'dead';
      return moves ? { do: 'step', unit } : undefined;
    }
    if (hook.exit !== undefined) return { do: 'step', unit };
    const answers = hook.pending.length > 0 && !hook.blocked;
    const resumes = hook.resumesAt <= this.#now;
    if (resumes && (preferResuming || !answers)) return { do: 'resume', unit };
    return answers ? { do: 'step', unit } : undefined;
  }

  /** How long until something happens by time alone, in ms; `undefined` if nothing will. */
  get idleForMs(): number | undefined {
    const times = [this.model.nextTimer() ?? Infinity];
    for (const { hook, suspendedUntil } of this.#machines.values()) {
      if (suspendedUntil > this.#now) times.push(suspendedUntil);
      else if (hook !== undefined) times.push(hook.resumesAt, hook.nextTimerAt);
    }
    const next = Math.min(...times.filter((time) => time > this.#now));
    return Number.isFinite(next) ? next - this.#now : undefined;
  }

  /** Whether everything that runs may be held up for as long as one likes. */
  get mayTakeLong(): boolean {
    for (const { hook } of this.#machines.values()) if (hook?.mayTakeLong === false) return false;
    return true;
  }

  /**
   * Makes a move, if it can be made now; tells whether it was, when everything stands still again.
   *
   * @throws {Violation} where an observer sees one
   */
  async apply(move: Move): Promise<boolean> {
    const made = this.make(move);
    if (this.#codeGoesOn) await new Promise<void>(whenDrained);
    this.throwDefect();
    return made;
  }

  /**
   * The first half of {@link VirtualApplication.apply}, for who makes millions of moves. Where {@link goesOn} is true
   * afterwards, nothing may be done until everything stands still; then `throwDefect` is to be called.
   *
   * @throws {Violation} where an observer sees one
   */
  make(move: Move): boolean {
    this.#codeGoesOn = false;
    const made = this.#change(move);
    if (made) this.moves += 1;
    return made;
  }

  /** Whether the last move has code of a charm go on, until it waits for the next one. */
  get goesOn(): boolean {
    return this.#codeGoesOn;
  }

  /**
   * Ends the history where the code of a charm has thrown in the last move.
   *
   * @throws what that code threw though it is to resolve to an exit code, such as a Violation
   */
  throwDefect(): void {
    if (this.#defect !== undefined) throw this.#defect.error;
  }

  #change(move: Move): boolean {
    if ('unit' in move) {
      const machine = this.#machines.get(move.unit);
      return machine !== undefined && this.#changeOn(machine, move);
    }
    switch (move.do) {
      case 'wait':
        return this.#wait(move.ms);
      case 'add-unit':
        this.#say('', 'a unit is added');
        this.#addUnit();
        return true;
      case 'set-config':
        this.#say('', `the configuration is changed to ${move.value}`);
        this.model.controller.setConfig(new Map([['turn', move.value]]));
        return true;
      case 'lose-sight':
        return this.#seeing(false);
      case 'see-again':
        return this.#seeing(true);
      case 'corrupt':
        return this.#corrupt(move.whose);
      case 'mend':
        return this.#mend();
    }
  }

  #changeOn(machine: VirtualMachine, move: Extract<Move, { readonly unit: UnitName }>): boolean {
    const { unit, hook } = machine;
    if (this.model.controller.unit(unit).life === 'dead') {
      this.#bury(machine);
      return true;
    }
    const runs = this.model.isRunning(unit);
    const awake = runs && !machine.isSuspended(this.#now);
    switch (move.do) {
      case 'step':
        return awake && this.#step(machine);
      case 'resume':
        return awake && this.#resume(machine, false);
      case 'deliver':
        return awake && this.#deliver(unit, move);
      case 'fail':
        return awake && this.#fail(machine);
      case 'kill':
        if (!awake || hook === undefined || hook.exit !== undefined) return false;
        this.#say(unit, 'its process is killed', hook);
        hook.over({ kind: 'terminated' });
        return true;
      case 'fail-call':
        machine.failsNextCall = true;
        return true;
      case 'lose-answer':
        machine.losesNextAnswer = true;
        return true;
      case 'fail-flush':
        machine.failsNextFlush = true;
        return true;
      case 'crash':
        return runs && this.#crash(machine);
      case 'start':
        if (runs || this.model.controller.unit(unit).life === 'dead') return false;
        this.#say(unit, 'its agent starts');
        this.model.startAgent(unit);
        return true;
      case 'cut-off':
      case 'reconnect':
        this.#say(unit, move.do === 'cut-off' ? 'cannot renew its lease' : 'can claim again');
        this.model.cutOff(unit, move.do === 'cut-off');
        return true;
      case 'set-clock':
        this.#say(unit, `its clock is ${move.ms / 1_000} s ahead from now on`);
        machine.clockErrorMs = move.ms;
        return true;
      case 'suspend':
        return awake && this.#suspend(machine, move.ms);
      case 'action':
        this.#say(unit, 'is asked to run an action');
        this.model.enqueueAction(unit, 'tidy');
        return true;
      case 'remove-unit':
        if (this.model.controller.unit(unit).life !== 'alive') return false;
        this.#say(unit, 'is to be removed');
        this.model.removeUnit(unit);
        return true;
      case 'force-remove':
        this.#say(unit, 'is removed by force');
        this.#void(machine);
        this.model.removeUnit(unit, { force: true });
        this.#bury(machine);
        return true;
      case 'lapse':
        return this.#lapse(machine);
    }
  }

  /** The next step of a unit: a hook begins, is answered, is flushed, or is recorded. */
  #step(machine: VirtualMachine): boolean {
    const { hook } = machine;
    if (hook === undefined) return this.#begin(machine);
    if (hook.exit !== undefined) {
      if (hook.end === undefined) this.#flush(machine, hook);
      else this.#record(machine, hook, hook.end);
      return true;
    }
    const pending = hook.pending[0];
    if (pending === undefined || hook.blocked) return false;
    hook.answer(this.#call(machine, hook.context, pending.call));
    this.#codeGoesOn = true;
    return true;
  }

  #begin(machine: VirtualMachine): boolean {
    const { unit } = machine;
    const context = this.model.beginNext(unit);
    if (context === undefined) return false;
    const hook = new RunningHook(context, machine.hooks, this.#surroundingsOf(machine));
    machine.hook = hook;
    machine.hooks += 1;
    this.#say(unit, 'begins', hook);
    this.#options.observer?.began?.(context);
    void this.#runCharm(machine, hook);
    this.#codeGoesOn = true;
    return true;
  }

  async #runCharm(machine: VirtualMachine, hook: RunningHook): Promise<void> {
    try {
      hook.over({ kind: 'exited', code: await this.#options.charm(hook) });
    } catch (error) {
      if (machine.hook === hook) this.#defect ??= { error };
    }
  }

  #call(machine: VirtualMachine, context: HookContext, call: ToolCall): ToolResult {
    const { observer } = this.#options;
    if (call.tool === 'goal-state' && this.#blind) return this.#called(context, call, BLIND);
    if (machine.failsNextCall) {
      machine.failsNextCall = false;
      return this.#called(context, call, FAILED);
    }
    observer?.calling?.(context, call);
    const { tool, args, stdin = '' } = call;
    const { code, stdout, stderr } = callTool(context, { tool, args, stdin });
    if (machine.losesNextAnswer) {
      machine.losesNextAnswer = false;
      return this.#called(context, call, FAILED);
    }
    return this.#called(context, call, { exitCode: code, stdout, stderr });
  }

  #called(context: HookContext, call: ToolCall, result: ToolResult): ToolResult {
    this.#options.observer?.called?.(context, call, result);
    this.#trace?.called(this.#now, context, call, result);
    return result;
  }

  #flush(machine: VirtualMachine, hook: RunningHook): void {
    const { model } = this;
    const exit = hook.exit ?? { kind: 'terminated' };
    const succeeded = exit.kind === 'exited' && exit.code === 0;
    let end: HookEnd;
    if (succeeded && machine.failsNextFlush) {
      // Nothing of it is sent; what closes the context besides is the same.
      model.flush(hook.context, { kind: 'terminated' });
      end = { result: 'failed', why: 'connection is shut down' };
    } else {
      if (succeeded) this.#options.observer?.flushing?.(hook.context);
      end = model.flush(hook.context, exit);
    }
    machine.failsNextFlush = false;
    hook.flushed(end);
    this.#say(machine.unit, `is ${flushText[end.result]}`, hook, end);
    this.#options.observer?.flushed?.(hook.context, end);
  }

  #record(machine: VirtualMachine, hook: RunningHook, end: HookEnd): void {
    machine.hook = undefined;
    this.model.record(hook.context, end);
    this.#say(machine.unit, 'is recorded', hook);
    this.#options.observer?.ended?.(hook.context, end);
    if (this.model.controller.unit(machine.unit).life === 'dead') this.#bury(machine);
  }

  #resume(machine: VirtualMachine, failing: boolean): boolean {
    const { hook } = machine;
    if (hook === undefined || (!failing && hook.resumesAt > this.#now)) return false;
    if (!hook.resume(failing)) return false;
    this.#codeGoesOn = true;
    return true;
  }

  /** In a pause the charm's code throws; elsewhere the process exits. */
  #fail(machine: VirtualMachine): boolean {
    const { hook, unit } = machine;
    if (hook === undefined || hook.exit !== undefined) return false;
    this.#say(unit, 'fails', hook);
    if (this.#resume(machine, true)) return true;
    hook.over({ kind: 'exited', code: 1 });
    return true;
  }

  #deliver(unit: UnitName, { topic }: Extract<Move, { readonly do: 'deliver' }>): boolean {
    if (!this.model.undelivered(unit).includes(topic)) return false;
    this.#say(unit, `hears of ${topic}`);
    this.model.deliver(unit, topic);
    return true;
  }

  #crash(machine: VirtualMachine): boolean {
    this.#say(machine.unit, 'its agent dies', machine.hook);
    this.#void(machine);
    this.model.stopAgent(machine.unit);
    return true;
  }

  /** What ran on the machine is void: its process ends with its agent. */
  #void(machine: VirtualMachine): void {
    const { hook } = machine;
    machine.hook = undefined;
    if (hook === undefined) return;
    hook.over({ kind: 'terminated' });
    hook.context.closed = true;
    this.#options.observer?.ended?.(hook.context, { result: 'requeued' });
  }

  #bury({ unit }: VirtualMachine): void {
    if (!this.#machines.delete(unit)) return;
    this.#units = undefined;
    this.#corrupted.delete(unit);
    this.#say(unit, 'is gone');
    this.#options.observer?.gone?.(unit);
  }

  #suspend(machine: VirtualMachine, ms: number): boolean {
    if (machine.hook?.mayTakeLong === false) return false;
    this.#say(machine.unit, `its machine is suspended for ${ms} ms`);
    machine.suspend(this.#now, ms);
    this.model.cutOff(machine.unit, true);
    return true;
  }

  /** Lets time pass, until the next timer at most. */
  #wait(ms: number): boolean {
    let until = this.#now + ms;
    for (const { hook, suspendedUntil } of this.#machines.values()) {
      if (suspendedUntil > this.#now) until = Math.min(until, suspendedUntil);
      // A timer that is late fires as soon as time passes at all.
      else if (hook !== undefined)
        until = Math.min(until, Math.max(hook.nextTimerAt, this.#now + 1));
      if (hook !== undefined) until = Math.min(until, hook.mustBy);
    }
    if (until <= this.#now) return false;
    this.#comeTo(until);
    return true;
  }

  #comeTo(now: number): void {
    const before = this.#now;
    this.#now = now;
    for (const machine of this.#machines.values()) {
      const wakes = machine.suspendedUntil > before && machine.suspendedUntil <= now;
      if (wakes) this.model.cutOff(machine.unit, false);
    }
    const leader = this.model.controller.leases.holder;
    this.model.tick(now);
    const next = this.model.controller.leases.holder;
    if (next !== leader && this.#trace) this.#say(next ?? '', next ? 'leads' : 'nobody leads');
    for (const machine of this.#machines.values())
      if (!machine.isSuspended(now) && machine.hook?.fireTimers() === true) this.#codeGoesOn = true;
  }

  #lapse(machine: VirtualMachine): boolean {
    const { unit } = machine;
    const leads = this.model.controller.leases.holder === unit;
    if (leads || !this.mayTakeLong || !this.model.isRunning(unit)) return false;
    if (machine.isSuspended(this.#now + LAPSE_MS)) return false;
    this.#say('', 'nobody does anything for a minute, and no claim gets through');
    this.#comeTo(this.#now + LAPSE_MS);
    this.model.elect(unit);
    this.#say(unit, 'leads');
    return true;
  }

  #seeing(seeing: boolean): boolean {
    if (this.#blind !== seeing) return false;
    this.#blind = !seeing;
    this.#say('', seeing ? 'goal-state answers again' : 'goal-state fails from now on');
    return true;
  }

  #corrupt(whose: DocumentOwner): boolean {
    if (this.#options.corruptible === undefined || this.#corrupted.has(whose)) return false;
    if (!this.#overwrite(whose, GARBLED)) return false;
    this.#corrupted.add(whose);
    this.#say(whose === APPLICATION ? '' : whose, 'its document is written over');
    return true;
  }

  /** An operator sets aside everything that cannot be read, when nobody is at work under it. */
  #mend(): boolean {
    if (this.#corrupted.size === 0) return false;
    const busy = [...this.#machines.values()].filter(({ hook }) => hook !== undefined);
    let mended = false;
    for (const whose of this.#corrupted) {
      const inUse = whose === APPLICATION ? busy.length > 0 : busy.some((m) => m.unit === whose);
      if (inUse || !this.#overwrite(whose, '')) continue;
      mended = true;
      this.#corrupted.delete(whose);
      this.#say(whose === APPLICATION ? '' : whose, 'its document is set aside');
      this.#options.observer?.setAside?.(whose);
    }
    return mended;
  }

  #overwrite(whose: DocumentOwner, text: string): boolean {
    const { corruptible } = this.#options;
    const { controller } = this.model;
    if (corruptible === undefined) return false;
    if (whose !== APPLICATION) {
      const { bag } = controller.unit(whose);
      if (bag === undefined) return false;
      controller.commit(whose, { bag: new Map([[corruptible.unitKey, text]]) });
      return true;
    }
    const { holder } = controller.leases;
    if (holder === undefined) return false;
    const changes = new Map([[corruptible.applicationKey, text]]);
    if (corruptible.applicationIn === 'leader-settings')
      controller.mergeLeaderSettings(holder, changes);
    else if (controller.unit(holder).bag === undefined) return false;
    else controller.commit(holder, { applicationBag: changes });
    return true;
  }

  #addUnit(): void {
    const unit = this.model.addUnit();
    this.#machines.set(unit, new VirtualMachine(unit));
    this.#units = undefined;
  }

  #surroundingsOf(machine: VirtualMachine): HookSurroundings {
    return {
      now: () => this.#now,
      nowMicros: () => machine.nowMicros(this.#now),
      monotonicMs: () => machine.monotonicMs(this.#now),
      seed: this.#options.seed,
      note: (hook, text) => {
        if (this.#trace !== undefined) this.#say(hook.unit, text(), hook);
      },
    };
  }

  #say(unit: UnitName, text: string, hook?: RunningHook, end?: HookEnd): void {
    this.#trace?.said(this.#now, unit, hook?.name ?? '', text, end);
  }
}

const flushText: Readonly<Record<HookEnd['result'], string>> = {
  done: 'flushed',
  failed: 'not flushed',
  requeued: 'dropped',
};
