import type { HookInfo, HookLifecycle, HookReport, HookWrap, Logger } from '@baton/coordinator';
import { HookError } from './errors.ts';
import { holdExitCode, takeExitCode, throwExitCode } from './exit-code.ts';
import { HookExit } from './hook-exit.ts';
import { identifyHook } from './identify-hook.ts';
import { isUnderJuju } from './juju/hook-memo.ts';
import { JujuLogger } from './juju/juju-logger.ts';
import { nest } from './nest.ts';

/** Code of the charm. It is awaited; what it gives is not looked at, and what it throws fails the hook. */
export type HookFunction = (hook: HookInfo) => unknown;

/** How a hook ended. */
export type HookResult =
  | {
      /** Everything in it succeeded, the wraps included. */
      readonly ok: true;
    }
  | {
      /** Something in it failed, and the wraps were told so. */
      readonly ok: false;
      /** What was thrown. */
      readonly error: unknown;
      /** What the process should exit with, 1 to 255. */
      readonly exitCode: number;
    };

/** What may be told to {@link Hooks.execute}. */
export interface ExecuteOptions {
  /** The hook to run, such as `config-changed`; an action is `actions/show-locks`. By default Juju is asked. */
  readonly name?: string;
}

interface Registration {
  /** Undefined for the functions of every hook. */
  readonly names: ReadonlySet<string> | undefined;
  readonly fn: HookFunction;
}

/**
 * A charm's code by hook. Make one; make the coordinators with it as their `lifecycle`; register functions
 * with {@link Hooks.on}, {@link Hooks.always} and {@link Hooks.action}; then call {@link Hooks.execute} once,
 * last, or hand it to `runAgent`.
 */
export class Hooks implements HookLifecycle {
  readonly #functions: Registration[] = [];
  readonly #actions = new Map<string, HookFunction>();
  readonly #wraps: HookWrap[] = [];
  readonly #atStart: HookFunction[] = [];
  readonly #atExit: HookFunction[] = [];
  readonly #jujuLogger = new JujuLogger();
  #running: HookInfo | undefined;

  /**
   * Where log lines go, those of coordinators included: under Juju to its log, by `juju-log`, else to the
   * console. What was logged until then is sent when {@link Hooks.execute} or {@link Hooks.run} ends, also
   * when the hook failed; a line that Juju does not take fails no hook and goes to stderr.
   */
  get logger(): Logger {
    return isUnderJuju() ? this.#jujuLogger : console;
  }

  /** Has `fn` run in the hook of that name, or those names, after the functions registered before it. */
  on(names: string | readonly string[], fn: HookFunction): void {
    this.#functions.push({ names: new Set(typeof names === 'string' ? [names] : names), fn });
  }

  /**
   * Has `fn` run in every hook, after the functions registered before it, those of {@link Hooks.on} included.
   * With such a function every hook's name is a known one. It is code of hooks: in actions it does not run.
   */
  always(fn: HookFunction): void {
    this.#functions.push({ names: undefined, fn });
  }

  /**
   * Has `fn` run in the action of that name.
   *
   * @throws {HookError} `ACTION_TAKEN` when the action has a function already
   */
  action(name: string, fn: HookFunction): void {
    if (this.#actions.has(name)) {
      throw new HookError(
        'ACTION_TAKEN',
        `The action ${name} was to get a second function; it has one, and an action has one answer: register it once.`,
      );
    }
    this.#actions.set(name, fn);
  }

  /**
   * Registers a wrap, for the life of the process; the first is outermost. It goes around every hook and
   * every known action, whether the charm has a function for it or not. Registered while a hook runs, it is
   * there from the next one on.
   */
  around(wrap: HookWrap): void {
    this.#wraps.push(wrap);
  }

  /**
   * Has `fn` run before the functions of each hook or action, in order of registration, for the life of the
   * process. It is code of the charm: where the charm has no function, it does not run, and it runs inside
   * the wraps.
   */
  atStart(fn: HookFunction): void {
    this.#atStart.push(fn);
  }

  /**
   * Has `fn` run after the functions of each hook or action, in reverse order of registration and only when
   * they succeeded, for the life of the process. It is code of the charm: where the charm has no function,
   * it does not run, and it runs inside the wraps, so what it throws fails the hook.
   */
  atExit(fn: HookFunction): void {
    this.#atExit.push(fn);
  }

  /**
   * Runs the hook this process was started for. Its name is the argument, else comes from
   * `JUJU_DISPATCH_PATH`, else `JUJU_ACTION_NAME`, else `JUJU_HOOK_NAME`, else it is the name the program was
   * called by. Under dispatch every hook comes, so one without function runs the wraps alone and is no error.
   *
   * Call it once, at the end of the program, and await it. After a {@link HookExit} with a code other than 0
   * it says so on stderr, sets `process.exitCode` and resolves; any other failure it throws, so that Node
   * prints it and exits with 1. Code that calls `process.exit()` itself releases and publishes nothing.
   *
   * @throws {HookError} `UNKNOWN_HOOK` when there is no dispatch and no function for that name,
   * `UNKNOWN_ACTION` when there is none for that action: nothing has run then, not even the wraps
   */
  async execute(options: ExecuteOptions = {}): Promise<void> {
    try {
      await this.#execute(options);
    } finally {
      await this.#jujuLogger.flush();
    }
  }

  async #execute(options: ExecuteOptions): Promise<void> {
    const { hook, dispatched } = identifyHook(options.name, process.env, process.argv[1]);
    if (hook.name === '' || (hook.kind !== 'action' && !dispatched && !this.#knows(hook))) {
      throw this.#unknown(hook);
    }
    // Juju throws away what a hook did that exits with another code than 0, so it is a failure from the start.
    const early = takeExitCode();
    const result = early === undefined ? await this.run(hook) : failure(early);
    if (result.ok) return;
    if (HookExit.is(result.error) && result.error.exitCode !== 0) {
      process.stderr.write(`${hook.kind} ${hook.name} failed: ${result.error.message}\n`);
      process.exitCode = result.exitCode;
      return;
    }
    throw result.error;
  }

  /**
   * Runs one hook or action and says how it ended; it never rejects. A hook without function runs the wraps
   * alone; an action without function fails as {@link HookError} `UNKNOWN_ACTION`, and a hook while another
   * of this object runs as `HOOK_RUNNING`.
   *
   * `process.exitCode` is put aside meanwhile and put back at the end. What is set of it during the hook
   * counts as the hook's: where several run at once in one process, `throw new HookExit(code)` instead.
   */
  async run(hook: HookInfo): Promise<HookResult> {
    if (this.#running !== undefined) {
      return failure(
        new HookError(
          'HOOK_RUNNING',
          `The ${hook.kind} ${hook.name} was to run while ${this.#running.name} does; wait for that to end.`,
        ),
      );
    }
    if (hook.kind === 'action' && !this.#knows(hook)) return failure(this.#unknown(hook));
    this.#running = hook;
    const giveBackExitCode = holdExitCode();
    try {
      await nest([...this.#wraps], () => this.#runCharm(hook), hook)();
      return { ok: true };
    } catch (error) {
      return failure(error);
    } finally {
      await this.#jujuLogger.flush();
      giveBackExitCode();
      this.#running = undefined;
    }
  }

  async #runCharm(hook: HookInfo): Promise<HookReport> {
    const functions = this.#functionsOf(hook);
    if (functions.length === 0) return { charmRan: false };
    await leaveOnHookExit(async () => {
      for (const fn of [...this.#atStart, ...functions]) await fn(hook);
    });
    throwExitCode();
    for (const fn of this.#atExit.toReversed()) {
      await leaveOnHookExit(() => fn(hook));
      throwExitCode();
    }
    return { charmRan: true };
  }

  #functionsOf(hook: HookInfo): readonly HookFunction[] {
    if (hook.kind === 'action') {
      const fn = this.#actions.get(hook.name);
      return fn === undefined ? [] : [fn];
    }
    return this.#functions
      .filter(({ names }) => names === undefined || names.has(hook.name))
      .map(({ fn }) => fn);
  }

  #knows(hook: HookInfo): boolean {
    return this.#functionsOf(hook).length > 0;
  }

  #unknown(hook: HookInfo): HookError {
    const isAction = hook.kind === 'action';
    const word = isAction ? 'action' : 'hook';
    const known = isAction
      ? [...this.#actions.keys()]
      : this.#functions.flatMap(({ names }) => [...(names ?? [])]);
    const list = [...new Set(known)].toSorted().join(', ') || 'none';
    return new HookError(
      isAction ? 'UNKNOWN_ACTION' : 'UNKNOWN_HOOK',
      `The ${word} "${hook.name}" was to run, and the charm has no function for it; the ${word}s it has: ${list}.`,
    );
  }
}

/** Runs code of the charm; a HookExit with 0 ends it, and is no failure. */
async function leaveOnHookExit(code: () => unknown): Promise<void> {
  try {
    await code();
  } catch (error) {
    if (!HookExit.is(error) || error.exitCode !== 0) throw error;
  }
}

function failure(error: unknown): HookResult {
  // Of a wrap, 0 is no success either: others were already told that the hook failed.
  return { ok: false, error, exitCode: (HookExit.is(error) && error.exitCode) || 1 };
}
