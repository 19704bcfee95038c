import type { Clock } from '../clock.ts';
import type { HookInfo } from '../lifecycle.ts';
import { EMPTY_GRANT_SHEET, type GrantSheet } from '../model/documents.ts';
import type { LockName, UnitName } from '../model/names.ts';
import type { Ticket } from '../model/ticket.ts';
import type { Policy } from '../policy/policy.ts';
import type { Decision } from '../protocol/decide.ts';
import { heldLocks, orphansOf } from '../protocol/holding.ts';
import type { HookSession, LockStore } from '../store/lock-store.ts';
import { LeadershipChain } from './leadership-chain.ts';
import { Leading } from './leading.ts';
import { findOwnSheet, OwnSheet } from './own-sheet.ts';
import { rethrowUnlessUnreadable } from './unreadable.ts';

/** What a hook needs from its coordinator. */
export interface HookRunOptions {
  readonly store: LockStore;
  readonly hook: HookInfo;
  readonly clock: Clock;
  readonly labels: ReadonlyMap<string, string>;
  readonly policyFor: (lock: LockName) => Policy;
  /** Hears what the leader decided, once it is written. */
  readonly onDecision: (decision: Decision) => void;
  readonly warn: (message: string) => void;
}

/** The hook that comes every few minutes, whatever happens. */
export const UPDATE_STATUS = 'update-status';

/**
 * One hook of one unit: reads, lets the protocol decide, writes.
 *
 * In this order: {@link HookRun.open}, the charm's code with {@link HookRun.acquire} and the rest, then
 * {@link HookRun.succeed} or {@link HookRun.fail}.
 */
export class HookRun {
  readonly #options: HookRunOptions;
  readonly #session: HookSession;
  readonly #unit: UnitName;
  readonly own: OwnSheet;
  /** Set when this unit led at the beginning of the hook and may decide. */
  readonly leading: Leading | undefined;
  /** The grants as they could be read last. */
  #grants: GrantSheet;
  #orphans: ReadonlyMap<LockName, Ticket>;
  /** Why the grant sheet cannot be read: nobody holds anything then, and nothing is written. */
  #grantsProblem: Error | undefined;
  /** Whether they could be read when the hook began: then its charm may have worked. */
  readonly #grantsWereReadable: boolean;
  #ended = false;
  /** What was held before this hook decided anything. */
  readonly #heldBefore: ReadonlySet<LockName>;

  private constructor(
    options: HookRunOptions,
    session: HookSession,
    own: OwnSheet,
    read: FirstRead,
  ) {
    this.#options = options;
    this.#session = session;
    this.#unit = options.store.unit;
    this.own = own;
    this.#grants = read.grants;
    this.#grantsProblem = read.problem;
    this.#grantsWereReadable = read.problem === undefined;
    this.#orphans = orphansOf(this.#unit, own.published, read.grants);
    this.#heldBefore = heldLocks(this.#unit, own.current, read.grants);
    this.leading = read.chain === undefined ? undefined : this.#lead(read.chain, read.joined);
  }

  /** Opens the session and does what comes before the charm's code. */
  static async open(options: HookRunOptions): Promise<HookRun> {
    const session = await options.store.begin();
    try {
      const run = await HookRun.#read(options, session);
      if (run.leading !== undefined) {
        await run.leading.readPeers();
        await run.leading.decide(run.own.readingWhileCharmRuns(), false);
      }
      run.own.charmBegins(run.committed);
      run.leading?.startRenewing();
      return run;
    } catch (error) {
      await endFailed(session, options.warn);
      throw error;
    }
  }

  static async #read(options: HookRunOptions, session: HookSession): Promise<HookRun> {
    const { clock, store, warn } = options;
    // Leadership first, so that what is read next is read under its guarantee.
    const askedAt = { wallMs: clock.nowMicros() / 1000, monotonicMs: clock.monotonicMs() };
    const { leader, guaranteedForMs } = await session.leadership();
    const joined = await session.peers.joined();
    const found = await findOwnSheet(session, joined);
    if (found.problem !== undefined) {
      warn(`this unit's sheet cannot be read, so it asks for nothing: ${found.problem.message}`);
    }
    const { grants, problem } = await readGrants(session, warn);
    const own = new OwnSheet(store.unit, joined, found, grants);
    // Before the peers can be reached, only grants that need no peer relation can be written.
    const writable = joined || session.grants.visibility === 'immediate';
    const mayDecide = leader && writable && problem === undefined;
    const chain = mayDecide ? new LeadershipChain(askedAt, guaranteedForMs) : undefined;
    return new HookRun(options, session, own, { grants, problem, chain, joined });
  }

  /** The grants that everybody can see, as far as this hook knows. */
  get committed(): GrantSheet {
    if (this.#grantsProblem !== undefined) return EMPTY_GRANT_SHEET;
    return this.leading?.written ?? this.#grants;
  }

  /** Whether anything may be asked for in this hook, or why not. */
  get problem(): Error | undefined {
    return this.#grantsProblem ?? this.own.problem;
  }

  /** The grants of a failed hook of this unit, above what it had published before. */
  get orphans(): ReadonlyMap<LockName, Ticket> {
    return this.#orphans;
  }

  /** Whether a hook has to put the own sheet right before an action may ask for anything. */
  get #waitsForHook(): boolean {
    return !this.mayGrantSelf && this.own.isLost;
  }

  get mayGrantSelf(): boolean {
    return this.#options.hook.kind === 'hook';
  }

  holds(lock: LockName): boolean {
    return this.own.holds(lock, this.committed);
  }

  /** Says whether the unit holds the lock to the charm, which counts as having used it. */
  tellGranted(lock: LockName): boolean {
    const granted = this.holds(lock);
    if (granted) this.own.tell(lock);
    return granted;
  }

  /** Asks for the lock, unless it was asked for already, and says whether the unit holds it. */
  async acquire(lock: LockName): Promise<boolean> {
    if (this.problem !== undefined || this.#waitsForHook) return false;
    if (!this.holds(lock)) {
      const deciding = await this.#decidingLeader();
      // It may have tried to read the grants again.
      if (this.#grantsProblem !== undefined) return false;
      this.own.request(lock, this.committed, this.#orphans, this.#options.clock.nowMicros());
      if (!this.holds(lock)) await deciding?.decide(this.own.readingWhileCharmRuns(), false);
    }
    const granted = this.tellGranted(lock);
    if (granted) this.own.work(lock);
    return granted;
  }

  /** Decides once more, as leader; says whether the unit has been granted the lock. */
  async grant(lock: LockName, unit: UnitName): Promise<boolean> {
    const deciding = await this.#decidingLeader();
    if (deciding === undefined) return false;
    await deciding.decide(this.own.readingWhileCharmRuns(), false);
    return this.committed.get(lock)?.has(unit) === true;
  }

  /**
   * Does what comes after the charm's code, and publishes it; gives the locks that were given back.
   *
   * @param charmRan - whether code of the charm ran in this hook; where none did, nothing is given back
   */
  async succeed(charmRan: boolean): Promise<ReadonlySet<LockName>> {
    const { leading } = this;
    if (leading !== undefined) await leading.stopRenewing();
    let released: ReadonlySet<LockName> = new Set();
    if (this.#grantsWereReadable) {
      released = this.#finishOwnSheet(charmRan);
      await this.own.write(this.#session);
      if (leading !== undefined) await this.#decideAtTheEnd(leading, charmRan);
    }
    this.#ended = true;
    await this.#session.end('success');
    return released;
  }

  /** Ends a hook that failed, unless it has ended: nothing that takes effect on commit is written. */
  async fail(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    try {
      await this.leading?.stopRenewing();
    } finally {
      await endFailed(this.#session, this.#options.warn);
    }
  }

  #lead(chain: LeadershipChain, joined: boolean): Leading {
    const { clock, policyFor, onDecision, warn } = this.#options;
    const { mayGrantSelf } = this;
    return new Leading(
      {
        unit: this.#unit,
        session: this.#session,
        clock,
        joined,
        mayGrantSelf,
        // Before the peers can be reached, nobody else can see that the lock was given back.
        tidies: this.#options.hook.name === UPDATE_STATUS || !joined,
        policyFor,
        onDecision,
        warn,
      },
      chain,
      { grants: this.#grants, orphans: this.#orphans },
      () => this.#readGrantsAgain(),
    );
  }

  async #readGrantsAgain(): ReturnType<ConstructorParameters<typeof Leading>[3]> {
    const { grants, problem } = await readGrants(this.#session, this.#options.warn);
    this.#grantsProblem = problem;
    if (problem !== undefined) return undefined;
    this.#grants = grants;
    this.#orphans = orphansOf(this.#unit, this.own.published, grants);
    return { grants, orphans: this.#orphans };
  }

  /** The leader's part, where it may go on deciding. */
  async #decidingLeader(): Promise<Leading | undefined> {
    return (await this.leading?.isSureToLead()) === true ? this.leading : undefined;
  }

  #finishOwnSheet(charmRan: boolean): ReadonlySet<LockName> {
    const { hook, clock, labels } = this.#options;
    const grants = this.leading?.written ?? this.#grants;
    return this.own.finish(grants, this.#orphans, {
      charmRan,
      onlyWhatWasUsed: this.#grantsProblem !== undefined,
      inAction: !this.mayGrantSelf,
      remind: hook.name === UPDATE_STATUS,
      labels,
      nowMicros: clock.nowMicros(),
    });
  }

  async #decideAtTheEnd(leading: Leading, charmRan: boolean): Promise<void> {
    // What a lost sheet leaves behind may be half done, and is given up when this hook has succeeded, not before.
    const { isLost } = this.own;
    await leading.decide(this.own.readingAtTheEnd(), !isLost);
    await leading.writeAtTheEnd();
    await leading.handOverToNextHook();
    // A leader hears nothing of its own grants where they are there at once, nor of its own request where an
    // action may not grant it, nor of what it gives up, so it sends itself a hook.
    const wakes =
      this.#holdsSomethingNew() ||
      (isLost && this.own.mayPublish) ||
      this.#askedInVain() ||
      (!charmRan && this.#mayHaveMissedItsTurn());
    if (leading.mayDecide && wakes) await leading.wake();
  }

  /**
   * Whether this unit holds a lock and nothing makes it run its code: the hook that granted it may have failed, which
   * takes the grant along where grants wait for the commit, and else leaves it and takes the wake along. The hook
   * that a wake makes is no reason for the next one.
   */
  #mayHaveMissedItsTurn(): boolean {
    const { hook } = this.#options;
    if (this.#session.grants.visibility !== 'immediate' || this.#heldBefore.size === 0)
      return false;
    return hook.kind === 'hook' && !hook.name.endsWith('-relation-changed');
  }

  /** Whether this action asked for a lock that only a hook of the leader may grant it. */
  #askedInVain(): boolean {
    if (this.mayGrantSelf) return false;
    const { current, published } = this.own;
    return [...current.requests].some(([lock, ticket]) => published.requests.get(lock) !== ticket);
  }

  /** Whether this hook granted this unit a lock that is still there when it ends. */
  #holdsSomethingNew(): boolean {
    const held = heldLocks(this.#unit, this.own.current, this.committed);
    return [...held].some((lock) => !this.#heldBefore.has(lock));
  }
}

interface FirstRead {
  readonly grants: GrantSheet;
  readonly problem: Error | undefined;
  readonly chain: LeadershipChain | undefined;
  readonly joined: boolean;
}

async function readGrants(
  session: HookSession,
  warn: (message: string) => void,
): Promise<{ readonly grants: GrantSheet; readonly problem: Error | undefined }> {
  try {
    return { grants: await session.grants.read(), problem: undefined };
  } catch (error) {
    const problem = rethrowUnlessUnreadable(error);
    warn(
      `the grant sheet cannot be read, so nobody holds and nothing is written: ${problem.message}`,
    );
    return { grants: EMPTY_GRANT_SHEET, problem };
  }
}

/** Ends the session of a hook that failed; an error of that must not hide the hook's own. */
async function endFailed(session: HookSession, warn: (message: string) => void): Promise<void> {
  try {
    await session.end('failure');
  } catch (error) {
    warn(`the session of a failed hook could not be ended: ${String(error)}`);
  }
}
