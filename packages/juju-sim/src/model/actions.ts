import type { ActionRecord } from './hook.ts';
import type { HookEnd } from './model-options.ts';
import type { UnitName } from './names.ts';

/** The actions that units were asked to run, and what became of them. */
export class Actions {
  readonly #all: ActionRecord[] = [];
  readonly #unfinished = new Map<UnitName, readonly ActionRecord[]>();

  /** All of them, in the order they were asked for. */
  get all(): readonly ActionRecord[] {
    return this.#all;
  }

  /** Those that a unit has not finished. */
  unfinished(unit: UnitName): readonly ActionRecord[] {
    return this.#unfinished.get(unit) ?? [];
  }

  enqueue(
    asked: Pick<ActionRecord, 'unit' | 'uuid' | 'name' | 'parameters' | 'enqueuedAt'>,
  ): ActionRecord {
    const action: ActionRecord = {
      ...asked,
      id: String(this.#all.length + 1),
      status: 'pending',
      message: '',
      log: [],
      results: {},
    };
    this.#all.push(action);
    this.#unfinished.set(asked.unit, [...this.unfinished(asked.unit), action]);
    return action;
  }

  /** An action ended; one that said itself that it failed stays failed. */
  finish(action: ActionRecord, end: HookEnd, now: number): void {
    action.completedAt = now;
    this.#forget(action);
    if (end.result === 'done') {
      if (action.status === 'running') action.status = 'completed';
      return;
    }
    action.status = 'failed';
    action.message ||= end.result === 'requeued' ? 'action terminated' : end.why;
  }

  /** The unit cannot run its actions of that status any more. */
  abandon(unit: UnitName, status: 'pending' | 'running', message: string, now: number): void {
    for (const action of this.unfinished(unit)) {
      if (action.status !== status) continue;
      Object.assign(action, { status: 'failed', message, completedAt: now });
      this.#forget(action);
    }
  }

  #forget(action: ActionRecord): void {
    const rest = this.unfinished(action.unit).filter((other) => other !== action);
    this.#unfinished.set(action.unit, rest);
  }
}
