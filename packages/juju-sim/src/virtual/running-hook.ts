import type { HookToolTransport, ToolCall, ToolResult } from '@baton/hook-tools';

import { inProcessEnvironment } from '../in-process/in-process-environment.ts';
import type { HookContext } from '../model/hook-context.ts';
import type { HookEnd, HookExit } from '../model/model-options.ts';
import type { UnitName } from '../model/names.ts';
import { seededRandom } from '../seeded-random.ts';
import { CharmFailure, type VirtualClock, type VirtualHook } from './virtual-hook.ts';

/** What changes something, at once or when the hook has succeeded. */
const WRITING: ReadonlySet<string> = new Set([
  'leader-set',
  'relation-set',
  'state-set',
  'state-delete',
]);

/**
 * From the last look at leadership to the commit passes less than the five seconds that the protocol keeps as a
 * margin.
 */
const HASTE_MS = 4_500;

/** A call that waits for its answer. */
export interface PendingCall {
  /** What is called. */
  readonly call: ToolCall;
  /** Gives the charm's code its answer. */
  readonly answer: (result: ToolResult) => void;
}

interface Timer {
  readonly everyMs: number;
  readonly callback: () => void;
  nextAt: number;
}

/** What a hook needs of the application it belongs to. */
export interface HookSurroundings {
  readonly now: () => number;
  readonly nowMicros: () => number;
  readonly monotonicMs: () => number;
  readonly note: (hook: RunningHook, text: () => string) => void;
  readonly seed: number;
}

/** A hook that runs: what the charm's code waits for, and how its process ended. */
export class RunningHook implements VirtualHook {
  /** What the hook sees and writes in the model. */
  readonly context: HookContext;
  /** The unit that runs, such as `db/0`. */
  readonly unit: UnitName;
  /** The name of the hook or action, such as `cluster-relation-changed`. */
  readonly name: string;
  /** What runs. */
  readonly kind: 'hook' | 'action';
  /** Puts each call into `pending`; one that is made when the process is over is never answered. */
  readonly transport: HookToolTransport;
  /** The clocks of the unit's machine, which may be wrong; its timers fire in `fireTimers` only. */
  readonly clock: VirtualClock;
  /** Numbers from 0 up to 1: the same for the same seed, unit, and count of its hooks. */
  readonly random: () => number;
  /** The calls that wait, in order: Juju runs one tool of a hook at a time. */
  readonly pending: PendingCall[] = [];
  /** How the process ended; `undefined` while it runs. */
  exit: HookExit | undefined;
  /** What became of the hook, once it was flushed. */
  end: HookEnd | undefined;
  /** By when it must have committed, or written, in ms of virtual time; `Infinity` where it may take its time. */
  mustBy: number = Infinity;
  readonly #around: HookSurroundings;
  readonly #timers = new Set<Timer>();
  #pause:
    | {
        readonly dueAt: number;
        readonly blocking: boolean;
        readonly goOn: () => void;
        readonly fail: (error: unknown) => void;
      }
    | undefined;
  #returned = false;

  constructor(context: HookContext, ordinal: number, around: HookSurroundings) {
    this.context = context;
    this.unit = context.unit;
    this.name = context.hook?.name ?? context.action?.name ?? '';
    this.kind = context.action === undefined ? 'hook' : 'action';
    this.#around = around;
    this.random = seededRandom(around.seed * 7_919 + hashOf(context.unit) * 104_729 + ordinal);
    this.transport = { run: (call) => this.#run(call) };
    this.clock = {
      nowMicros: around.nowMicros,
      monotonicMs: around.monotonicMs,
      every: (everyMs, callback) => this.#every(everyMs, callback),
    };
  }

  /** The variables that Juju gives the process of a hook. */
  get environment(): Readonly<Record<string, string>> {
    return inProcessEnvironment(this.context);
  }

  /** When the pause of the charm's code is over, in ms of virtual time; `Infinity` where it does not pause. */
  get resumesAt(): number {
    return this.#pause?.dueAt ?? Infinity;
  }

  /** Whether the event loop stands still. */
  get blocked(): boolean {
    return this.#pause?.blocking === true;
  }

  /** Whether the process, or its agent, may be held up for as long as one likes here. */
  get mayTakeLong(): boolean {
    return this.mustBy === Infinity;
  }

  /** What the hook wrote has been sent, or dropped. */
  flushed(end: HookEnd): void {
    this.end = end;
    this.mustBy = Infinity;
  }

  /** When its next timer is due, in ms of virtual time; `Infinity` where none is, or where none can fire. */
  get nextTimerAt(): number {
    let next = Infinity;
    if (this.exit === undefined && !this.blocked)
      for (const { nextAt } of this.#timers) next = Math.min(next, nextAt);
    return next;
  }

  /** Holds the charm's code up until `resume`, which is to come after `ms` of virtual time at the earliest. */
  pause(what: string, ms = 0, blocking = false): Promise<void> {
    return new Promise((goOn, fail) => {
      this.note(() => (ms === 0 ? what : `${what} (${ms} ms${blocking ? ', blocking' : ''})`));
      this.#pause = { dueAt: this.#around.now() + ms, blocking, goOn, fail };
    });
  }

  /** The charm's own code has returned: what comes then has to be done within 4.5 s of virtual time. */
  charmReturned(): void {
    this.#returned = true;
    this.mustBy = Math.min(this.mustBy, this.#around.now() + HASTE_MS);
  }

  /** Adds a line to the trace; `text` is asked for only where there is one. */
  note(text: () => string): void {
    this.#around.note(this, text);
  }

  /** The pause is over, or the code fails in it; tells whether there was one. */
  resume(failing: boolean): boolean {
    const pause = this.#pause;
    if (pause === undefined) return false;
    this.#pause = undefined;
    if (failing) pause.fail(new CharmFailure('the charm failed here'));
    else pause.goOn();
    return true;
  }

  /** Answers the first call that waits. */
  answer(result: ToolResult): void {
    const first = this.pending.shift();
    if (first === undefined) return;
    if (!this.#returned && !this.pending.some(({ call }) => WRITING.has(call.tool)))
      this.mustBy = Infinity;
    first.answer(result);
  }

  /** Fires the timers that are due; tells whether any was. */
  fireTimers(): boolean {
    const now = this.#around.now();
    let fired = false;
    if (this.exit !== undefined || this.blocked) return false;
    for (const timer of this.#timers) {
      if (timer.nextAt > now) continue;
      timer.nextAt = now + timer.everyMs;
      fired = true;
      timer.callback();
    }
    return fired;
  }

  /** The process is over: nothing of its code goes on. */
  over(exit: HookExit): void {
    this.exit ??= exit;
    const succeeded = exit.kind === 'exited' && exit.code === 0;
    this.mustBy = succeeded ? Math.min(this.mustBy, this.#around.now() + HASTE_MS) : Infinity;
    this.#pause = undefined;
    this.#timers.clear();
    this.pending.length = 0;
  }

  #run(call: ToolCall): Promise<ToolResult> {
    return new Promise((answer) => {
      // What a process does that is over happens nowhere.
      if (this.exit !== undefined) return;
      if (WRITING.has(call.tool))
        this.mustBy = Math.min(this.mustBy, this.#around.now() + HASTE_MS);
      this.pending.push({ call, answer });
    });
  }

  #every(everyMs: number, callback: () => void): () => void {
    const timer: Timer = { everyMs, callback, nextAt: this.#around.now() + everyMs };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }
}

function hashOf(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (hash * 31 + text.charCodeAt(i)) | 0;
  return hash;
}
