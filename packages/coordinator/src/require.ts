import type { LockName } from './model/names.ts';

/** What became of a call that needs a lock. */
export type RequireResult<Value> =
  | {
      /** The function ran. */
      readonly ran: true;
      /** What the function gave. */
      readonly value: Value;
    }
  | {
      /** The function did not run. */
      readonly ran: false;
      /** The guard said no, or the unit waits for the lock. */
      readonly why: 'not-wanted' | 'waiting';
    };

/** Decides whether the lock is needed; it gets the arguments of the function that it guards. */
export type Guard<Args extends readonly unknown[], This = unknown> = (
  this: This,
  ...args: Args
) => boolean | Promise<boolean>;

/** Decorates a method so that it runs only while the unit holds the lock; made by `require(lock, guard)`. */
export type RequireDecorator<Args extends readonly unknown[]> = <This extends object>(
  method: (this: This, ...args: Args) => void | Promise<void>,
  context: ClassMethodDecoratorContext<This>,
) => (this: This, ...args: Args) => Promise<void>;

/** What {@link runUnderLock} needs of a coordinator's hook. */
export interface LockedRun {
  /** The hook that runs now; another object for every hook. */
  readonly hook: object;
  granted(lock: LockName): boolean;
  acquire(lock: LockName): Promise<boolean>;
  work(lock: LockName): void;
  wantAgain(lock: LockName): void;
}

/** In which hook each body ran last, kept by the body or by the object whose method it is. */
export type LastRuns = WeakMap<object, object>;

/**
 * Runs the body if the unit holds the lock, or is granted it now; at most once a hook. A body that is wanted
 * a second time in one hook asks for the lock again, and runs in another turn.
 */
export async function runUnderLock<Value>(
  run: LockedRun,
  lock: LockName,
  lastRuns: LastRuns,
  owner: object,
  guard: () => boolean | Promise<boolean>,
  body: () => Value | Promise<Value>,
): Promise<RequireResult<Value>> {
  const ranBefore = (): boolean => lastRuns.get(owner) === run.hook;
  if (!run.granted(lock) || ranBefore()) {
    if (!(await guard())) return { ran: false, why: 'not-wanted' };
    if (!ranBefore() && !(await run.acquire(lock))) return { ran: false, why: 'waiting' };
    // Looked at once more: another call of the same body may have begun during the awaits.
    if (ranBefore()) {
      run.wantAgain(lock);
      return { ran: false, why: 'waiting' };
    }
  }
  lastRuns.set(owner, run.hook);
  run.work(lock);
  return { ran: true, value: await body() };
}
