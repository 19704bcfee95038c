import { systemClock, type Clock } from './clock.ts';
import { CoordinatorError } from './errors.ts';
import type { HookInfo, HookLifecycle, HookReport } from './lifecycle.ts';
import type { Logger } from './logger.ts';
import { EMPTY_GRANT_SHEET, type GrantSheet } from './model/documents.ts';
import { compareText, parseLockName, parseUnitName, type LockName } from './model/names.ts';
import { ticketDate, type Ticket } from './model/ticket.ts';
import type { Contest, Policy, Verdict } from './policy/policy.ts';
import type { Decision } from './protocol/decide.ts';
import { describeReason, explainLock, type Explanation } from './protocol/explain.ts';
import {
  runUnderLock,
  type Guard,
  type LastRuns,
  type LockedRun,
  type RequireDecorator,
  type RequireResult,
} from './require.ts';
import { HookRun, UPDATE_STATUS } from './shell/hook-run.ts';
import type { LockStore } from './store/lock-store.ts';

/** How a coordinator is made. */
export interface CoordinatorOptions {
  /** The backend. One coordinator a store: a second one on the same store is refused. */
  readonly store: LockStore;
  /** What runs the charm's hooks. Without it, call {@link BaseCoordinator.run} around the code of every hook. */
  readonly lifecycle?: HookLifecycle;
  /** The policy of each lock that has one of its own; only the object's own properties count. */
  readonly policies?: Readonly<Record<string, Policy>>;
  /** What policies may know of this unit, such as `{ zone: 'a' }`: at most 32 labels of 256 characters each. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Where log lines go; the lifecycle's logger where absent, and else the console. */
  readonly logger?: Logger;
  /** What time it is; the machine's clock where absent. */
  readonly clock?: Clock;
}

const ORDINARY_HOOK: HookInfo = { name: 'hook', kind: 'hook' };

/** Stores that have a coordinator. */
const taken = new WeakSet<LockStore>();

/**
 * Asks for locks on behalf of one unit and, on the leader, grants them. Subclass it and say in
 * {@link BaseCoordinator.defaultGrant} who may hold a lock, or use {@link Serial}.
 *
 * Make it before the first hook, and let every hook go through its lifecycle, or through
 * {@link BaseCoordinator.run}: a grant may show up in any hook. Everything but the constructor may be used
 * only inside a hook.
 */
export abstract class BaseCoordinator {
  readonly #store: LockStore;
  readonly #policies: Readonly<Record<string, Policy>>;
  readonly #labels: ReadonlyMap<string, string>;
  readonly #logger: Logger;
  readonly #clock: Clock;
  #run: HookRun | undefined;

  /** @throws {CoordinatorError} `STORE_IN_USE` when the store has a coordinator already */
  constructor(options: CoordinatorOptions) {
    const { store, lifecycle, policies = {}, labels = {} } = options;
    if (taken.has(store)) {
      throw new CoordinatorError(
        'STORE_IN_USE',
        `the store of ${store.unit} with the key ${JSON.stringify(store.key)} has a coordinator already: ` +
          'share that one, or make a store with another key',
      );
    }
    taken.add(store);
    this.#store = store;
    this.#policies = policies;
    this.#labels = new Map(Object.entries(labels));
    this.#logger = options.logger ?? lifecycle?.logger ?? console;
    this.#clock = options.clock ?? systemClock;
    lifecycle?.around((body, hook) => this.#around(body, hook));
  }

  /**
   * Answers whether a unit may have a lock that has no policy of its own. It must be pure: the same answer
   * for the same contest, and no changes to anything.
   */
  abstract defaultGrant(contest: Contest): Verdict;

  /** Chooses the policy of a lock that has none among `policies`; `undefined` leaves it to {@link defaultGrant}. */
  policyFor(_lock: string): Policy | undefined {
    return undefined;
  }

  /**
   * Hears, on the leader, that a unit's lock was released, or that the unit is gone, when its entry is taken from
   * the grant sheet: with the next grant, or in `update-status`. Override it for bookkeeping. Where the hook then
   * fails to commit, it is told again.
   */
  released(unit: string, lock: string, requestedAt: Date): void {
    this.msg(`${unit} released ${lock}, asked for at ${requestedAt.toISOString()}`);
  }

  /** Writes a line to the log; override it to change where or how. */
  msg(text: string): void {
    this.#logger.info(`${this.constructor.name} ${text}`);
  }

  /**
   * Runs `body` as the code of one hook: reads and decides before it, gives back the locks that were held and
   * publishes after it. A body that rejects fails the hook: nothing is given back and nothing is published.
   *
   * @param hook - which hook it is; say so for actions, and for `update-status`
   * @throws what `body` throws; {@link LockStoreError}; {@link CoordinatorError} `POLICY_FAILED`
   */
  async run<Value>(body: () => Value | Promise<Value>, hook?: HookInfo): Promise<Value> {
    const values: Value[] = [];
    await this.#around(async () => {
      values.push(await body());
      return { charmRan: true };
    }, hook ?? ORDINARY_HOOK);
    const [value] = values;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the body has run, so it is there
    return value as Value;
  }

  /**
   * Asks for the lock, unless this unit has asked already, and says whether it holds it now. The lock is given
   * back by itself at the end of the hook in which it is held. Guard calls by a condition: asking
   * unconditionally in every hook makes hooks without end.
   *
   * @throws {CoordinatorError} `INVALID_LOCK_NAME`, `NOT_IN_HOOK`, `POLICY_FAILED`
   */
  async acquire(lock: string): Promise<boolean> {
    return this.#acquire(this.#inHook('acquire'), parseLockName(lock));
  }

  /**
   * Whether this unit holds the lock, so that it may do the work now.
   *
   * @throws {CoordinatorError} `INVALID_LOCK_NAME`, `NOT_IN_HOOK`
   */
  granted(lock: string): boolean {
    return this.#inHook('granted').tellGranted(parseLockName(lock));
  }

  /**
   * Whether this unit has asked for the lock and not given it back; also while it holds it.
   *
   * @throws {CoordinatorError} `INVALID_LOCK_NAME`, `NOT_IN_HOOK`
   */
  requested(lock: string): boolean {
    return this.#ticketOf('requested', lock) !== undefined;
  }

  /**
   * When this unit asked for the lock, by its own clock; `undefined` where it has not.
   *
   * @throws {CoordinatorError} `INVALID_LOCK_NAME`, `NOT_IN_HOOK`
   */
  requestTimestamp(lock: string): Date | undefined {
    const ticket = this.#ticketOf('requestTimestamp', lock);
    return ticket === undefined ? undefined : ticketDate(ticket);
  }

  /**
   * Gives up waiting for the lock. Says whether there was a request that waited; a lock that is held stays, and
   * where a document cannot be read, so that nothing can be published, the request stays as well.
   *
   * @throws {CoordinatorError} `INVALID_LOCK_NAME`, `NOT_IN_HOOK`
   */
  cancel(lock: string): boolean {
    const run = this.#inHook('cancel');
    const name = parseLockName(lock);
    const cancelled = run.problem === undefined && run.own.cancel(name, run.committed);
    if (cancelled) this.msg(`cancelled the request for ${lock}`);
    return cancelled;
  }

  /**
   * Gives the lock back now instead of at the end of the hook: do no work under it afterwards. Others are
   * granted it when the hook has succeeded. Says whether this unit held it.
   *
   * @throws {CoordinatorError} `INVALID_LOCK_NAME`, `NOT_IN_HOOK`
   */
  release(lock: string): boolean {
    const run = this.#inHook('release');
    return run.own.giveBackEarly(parseLockName(lock), run.committed);
  }

  /**
   * Decides once more and says whether the unit has been granted the lock. False on a unit that does not lead,
   * and for a unit that has not asked.
   *
   * @throws {CoordinatorError} `INVALID_LOCK_NAME`, `INVALID_UNIT_NAME`, `NOT_IN_HOOK`, `POLICY_FAILED`
   */
  async grant(lock: string, unit: string): Promise<boolean> {
    return this.#inHook('grant').grant(parseLockName(lock), parseUnitName(unit));
  }

  /** Every grant that this hook has seen or made: `lock → unit → ticket`. Empty outside a hook. */
  get grants(): GrantSheet {
    return this.#run?.committed ?? EMPTY_GRANT_SHEET;
  }

  /** The open requests that this hook has seen: `unit → lock → ticket`; a follower sees its own alone. */
  get requests(): ReadonlyMap<string, ReadonlyMap<LockName, Ticket>> {
    const requests = new Map<string, ReadonlyMap<LockName, Ticket>>();
    const run = this.#run;
    if (run === undefined) return requests;
    for (const [unit, reading] of run.leading?.sheets ?? []) {
      if (reading.state === 'present') requests.set(unit, reading.sheet.requests);
    }
    return requests.set(this.#store.unit, run.own.current.requests);
  }

  /**
   * Explains who holds the lock, who waits for it, in which place and why, and this unit's part in it. Its
   * `toString()` is for people. A follower reads no peers, so what it says is not all, and says so.
   *
   * @throws {CoordinatorError} `INVALID_LOCK_NAME`, `NOT_IN_HOOK`, `POLICY_FAILED`
   */
  explain(lock: string): Explanation {
    return this.#explain(this.#inHook('explain'), parseLockName(lock));
  }

  /**
   * Makes a function that runs `body` only while this unit holds the lock. Where it does not, the guard is
   * asked, and if it says yes the lock is asked for. The body runs at most once a hook. Wire it into every
   * hook, since the grant may show up in any.
   *
   * Without `body` it gives a decorator for methods that return `Promise<void>`.
   *
   * @throws {CoordinatorError} `INVALID_LOCK_NAME` at once; the function it makes rejects with `NOT_IN_HOOK`
   */
  require<Args extends readonly unknown[], Value>(
    lock: string,
    guard: Guard<NoInfer<Args>>,
    body: (...args: Args) => Value | Promise<Value>,
  ): (...args: Args) => Promise<RequireResult<Value>>;
  /**
   * Gives a decorator for methods that return `Promise<void>`: they run only while this unit holds the lock.
   *
   * @throws {CoordinatorError} `INVALID_LOCK_NAME` at once; the method rejects with `NOT_IN_HOOK`
   */
  require<Args extends readonly unknown[]>(
    lock: string,
    guard: Guard<Args>,
  ): RequireDecorator<Args>;
  require<Args extends readonly unknown[], Value>(
    lock: string,
    guard: Guard<Args>,
    body?: (...args: Args) => Value | Promise<Value>,
  ): ((...args: Args) => Promise<RequireResult<Value>>) | RequireDecorator<Args> {
    const name = parseLockName(lock);
    const lastRuns: LastRuns = new WeakMap();
    if (body !== undefined) {
      const owner = {};
      const locked = async (...args: Args): Promise<RequireResult<Value>> => {
        const check = (): boolean | Promise<boolean> => guard(...args);
        return runUnderLock(this.#locked(), name, lastRuns, owner, check, () => body(...args));
      };
      return Object.defineProperty(locked, 'name', { value: body.name });
    }
    const locked = (): LockedRun => this.#locked();
    return function decorate<This extends object>(
      method: (this: This, ...args: Args) => void | Promise<void>,
    ) {
      return async function lockedMethod(this: This, ...args: Args): Promise<void> {
        const check = (): boolean | Promise<boolean> => guard.call(this, ...args);
        await runUnderLock(locked(), name, lastRuns, this, check, () => method.call(this, ...args));
      };
    };
  }

  async #around(body: () => Promise<HookReport>, hook: HookInfo): Promise<HookReport> {
    const run = await HookRun.open({
      store: this.#store,
      hook,
      clock: this.#clock,
      labels: this.#labels,
      policyFor: (lock) => this.#choosePolicy(lock),
      onDecision: (decision) => {
        this.#announce(decision);
      },
      warn: (message) => {
        this.#logger.warn(`${this.constructor.name} ${message}`);
      },
    });
    this.#run = run;
    try {
      this.#announceRequests(run, hook);
      const report = await body();
      const released = await run.succeed(report.charmRan);
      for (const lock of released) {
        const unused = run.own.wasUsed(lock) ? '' : ', which no code of this hook used';
        this.msg(`gave back ${lock}${unused}`);
      }
      return report;
    } catch (error) {
      await run.fail();
      throw error;
    } finally {
      this.#run = undefined;
    }
  }

  async #acquire(run: HookRun, lock: LockName): Promise<boolean> {
    const asked = run.own.current.requests.has(lock);
    const granted = await run.acquire(lock);
    if (!asked && run.own.current.requests.has(lock)) this.msg(`asked for ${lock}`);
    return granted;
  }

  #inHook(what: string): HookRun {
    if (this.#run !== undefined) return this.#run;
    throw new CoordinatorError(
      'NOT_IN_HOOK',
      `${what} was called outside a hook: call it from code that the lifecycle runs, or inside run(body)`,
    );
  }

  #ticketOf(what: string, lock: string): Ticket | undefined {
    return this.#inHook(what).own.current.requests.get(parseLockName(lock));
  }

  #locked(): LockedRun {
    const run = this.#inHook('a function that requires a lock');
    return {
      hook: run,
      granted: (lock) => run.tellGranted(lock),
      acquire: (lock) => this.#acquire(run, lock),
      work: (lock) => {
        run.own.work(lock);
      },
      wantAgain: (lock) => {
        run.own.wantAgain(lock);
      },
    };
  }

  #choosePolicy(lock: LockName): Policy {
    const own = Object.hasOwn(this.#policies, lock) ? this.#policies[lock] : undefined;
    return own ?? this.policyFor(lock) ?? ((contest) => this.defaultGrant(contest));
  }

  #announce(decision: Decision): void {
    for (const { lock, unit, ticket, why } of decision.dropped) {
      if (why === 'gone') this.msg(`${unit} is gone, so its grant of ${lock} is dropped`);
      this.released(unit, lock, ticketDate(ticket));
    }
    for (const { lock, unit } of decision.granted) this.msg(`granted ${lock} to ${unit}`);
  }

  /**
   * One line for each own request: granted, or waiting and for whom. While a lock goes round, every unit that waits
   * has two hooks for each that works, so that it waits is said in `update-status` alone.
   */
  #announceRequests(run: HookRun, hook: HookInfo): void {
    for (const lock of [...run.own.current.requests.keys()].toSorted(compareText)) {
      if (run.holds(lock)) this.msg(`holds ${lock}`);
      else if (hook.name === UPDATE_STATUS)
        this.msg(`waits for ${lock}: ${this.#whyWaiting(run, lock)}`);
    }
  }

  #whyWaiting(run: HookRun, lock: LockName): string {
    const { holders, queue } = this.#explain(run, lock);
    const held =
      holders.length === 0 ? '' : `${holders.map(({ unit }) => unit).join(', ')} holds it`;
    const reason = queue.find(({ unit }) => unit === this.#store.unit)?.reason;
    if (reason === undefined) return held || 'the leader has not granted it yet';
    const why = describeReason(reason);
    return held ? `${held}; ${why}` : why;
  }

  #explain(run: HookRun, lock: LockName): Explanation {
    const { leading, own } = run;
    const sheets =
      leading?.deposed === false ? leading.sheetsWith(own.readingAtTheEnd()) : undefined;
    return explainLock({
      lock,
      grants: run.committed,
      sheets,
      liveUnits: leading?.liveUnits,
      policy: this.#choosePolicy(lock),
      now: this.#clock.nowMicros(),
      own: { unit: this.#store.unit, sheet: own.current },
      orphans: run.orphans,
      mayGrantSelf: run.mayGrantSelf,
    });
  }
}
