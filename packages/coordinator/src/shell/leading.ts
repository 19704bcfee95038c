import type { Clock } from '../clock.ts';
import { LockStoreError } from '../errors.ts';
import { sameGrantSheet, type GrantSheet } from '../model/documents.ts';
import type { LockName, UnitName } from '../model/names.ts';
import type { Ticket } from '../model/ticket.ts';
import type { Policy } from '../policy/policy.ts';
import { decide, isAnybodyInvolved, type Decision, type LeaderView } from '../protocol/decide.ts';
import { assertDecision } from '../protocol/invariants.ts';
import type { HookSession, SheetReading } from '../store/lock-store.ts';
import { LeadershipChain, type Instant } from './leadership-chain.ts';

/** What a leader needs from its hook. */
export interface LeadingOptions {
  readonly unit: UnitName;
  readonly session: HookSession;
  readonly clock: Clock;
  readonly joined: boolean;
  /** Whether the leader may be granted a lock: not in an action. */
  readonly mayGrantSelf: boolean;
  readonly policyFor: (lock: LockName) => Policy;
  /** Whether to write even where the only change is that somebody gave a lock back. */
  readonly tidies: boolean;
  /** Hears what was decided, once it is written. */
  readonly onDecision: (decision: Decision) => void;
  readonly warn: (message: string) => void;
}

/** Whether there is a grant among the others that is not among these. */
function addsTo(these: GrantSheet, others: GrantSheet): boolean {
  for (const [lock, units] of others)
    for (const [unit, ticket] of units) if (these.get(lock)?.get(unit) !== ticket) return true;
  return false;
}

/** How often a leader reads again within one decision before it leaves that to the next hook. */
const ATTEMPTS_MAX = 2;

/** Reads the grants anew; gives `undefined` where they cannot be read any more. */
export type ReadGrantsAgain = () => Promise<
  { readonly grants: GrantSheet; readonly orphans: ReadonlyMap<LockName, Ticket> } | undefined
>;

/** The leader's part of one hook: what it read of the others, and the grants it decides. */
export class Leading {
  readonly #options: LeadingOptions;
  readonly #readGrantsAgain: ReadGrantsAgain;
  #state: 'leading' | 'too-slow' | 'deposed' = 'leading';
  #chain: LeadershipChain;
  #sheets: ReadonlyMap<UnitName, SheetReading> = new Map();
  #liveUnits: LeaderView['liveUnits'];
  #askedWhoIsAlive = false;
  /** What the store has, as far as this hook knows. */
  #written: GrantSheet;
  /** What this leader wants; ahead of what is written where writes wait for the commit. */
  #proposed: GrantSheet;
  #orphans: ReadonlyMap<LockName, Ticket>;
  #unannounced: Decision[] = [];
  #stopRenewing: () => void = () => undefined;
  #renewal: Promise<void> = Promise.resolve();

  constructor(
    options: LeadingOptions,
    chain: LeadershipChain,
    found: { readonly grants: GrantSheet; readonly orphans: ReadonlyMap<LockName, Ticket> },
    readGrantsAgain: ReadGrantsAgain,
  ) {
    this.#options = options;
    this.#chain = chain;
    this.#written = found.grants;
    this.#proposed = found.grants;
    this.#orphans = found.orphans;
    this.#readGrantsAgain = readGrantsAgain;
  }

  /** The grants that everybody can see. */
  get written(): GrantSheet {
    return this.#written;
  }

  get sheets(): ReadonlyMap<UnitName, SheetReading> {
    return this.#sheets;
  }

  get liveUnits(): LeaderView['liveUnits'] {
    return this.#liveUnits;
  }

  get deposed(): boolean {
    return this.#state === 'deposed';
  }

  get mayDecide(): boolean {
    return this.#state === 'leading';
  }

  /** Reads the sheets of the peers and of every holder, listed or not. */
  async readPeers(): Promise<void> {
    if (!this.#options.joined) return;
    const holders = new Set([...this.#written.values()].flatMap((units) => [...units.keys()]));
    this.#sheets = await this.#options.session.peers.readAll(holders);
    for (const [unit, reading] of this.#sheets) {
      if (reading.state === 'unreadable' && unit !== this.#options.unit) {
        this.#options.warn(`the sheet of ${unit} cannot be read: ${reading.error.message}`);
      }
    }
  }

  /**
   * Whether this unit may go on deciding on what it has read. After a time in which somebody else may have
   * led, reads again where that is possible, and otherwise leaves the grants alone for this hook.
   */
  async isSureToLead(): Promise<boolean> {
    if (this.#state !== 'leading') return false;
    if (this.#chain.isUnbroken(this.#now())) return true;
    const { session } = this.#options;
    const askedAt = this.#now();
    const { leader, guaranteedForMs } = await session.leadership();
    if (!leader) return this.#depose();
    if (session.grants.visibility === 'on-commit') {
      this.#state = 'too-slow';
      return false;
    }
    try {
      await session.grants.refresh?.();
    } catch (error) {
      if (!LockStoreError.is(error, 'NOT_LEADER')) throw error;
      return this.#depose();
    }
    const found = await this.#readGrantsAgain();
    if (found === undefined) return this.#depose();
    this.#chain = new LeadershipChain(askedAt, guaranteedForMs);
    this.#written = found.grants;
    this.#proposed = found.grants;
    this.#unannounced = [];
    this.#orphans = found.orphans;
    this.#askedWhoIsAlive = false;
    this.#liveUnits = undefined;
    return true;
  }

  /**
   * Decides, with the own sheet as given, and writes where grants are visible at once. Does nothing where this
   * unit cannot be sure to lead.
   */
  async decide(own: SheetReading, givesUpOrphans: boolean): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      if (!(await this.isSureToLead())) return;
      await this.#askWhoIsAlive(this.sheetsWith(own));
      if (this.#chain.isUnbroken(this.#now())) break;
      // Asking took longer than leadership is guaranteed for: what was read before is worth nothing now.
      if (attempt === ATTEMPTS_MAX) {
        this.#options.warn(
          'reading takes longer than leadership is guaranteed for: nothing is granted',
        );
        return;
      }
    }
    const { unit, clock, mayGrantSelf, policyFor } = this.#options;
    const sheets = this.sheetsWith(own);
    const view: LeaderView = {
      unit,
      grants: this.#proposed,
      sheets,
      liveUnits: this.#liveUnits,
      // At the end the own sheet says which are given up; an action keeps the others as open requests.
      orphans: givesUpOrphans ? new Map() : this.#orphans,
      mayGrantSelf,
      now: clock.nowMicros(),
    };
    const decision = decide(view, policyFor);
    assertDecision(view, decision);
    await this.#propose(decision);
  }

  /** Writes what was decided in this hook, where that waits for the commit. */
  async writeAtTheEnd(): Promise<void> {
    if (this.#state !== 'leading' || this.#options.session.grants.visibility === 'immediate')
      return;
    if (!this.#isWorthWriting()) return;
    if (await this.#write(this.#proposed)) this.#announce();
  }

  /** Where the hook took longer than leadership is sure for: leaves the grants to a fresh hook. */
  async handOverToNextHook(): Promise<void> {
    if (this.#state !== 'too-slow') return;
    this.#options.warn(
      'this hook took longer than leadership is guaranteed for, so the grants wait for the next hook',
    );
    await this.wake();
  }

  /** Makes a fresh hook run, this unit's own included. */
  async wake(): Promise<void> {
    try {
      await this.#options.session.grants.wake?.();
    } catch (error) {
      if (!LockStoreError.is(error, 'NOT_LEADER')) throw error;
      this.#depose();
    }
  }

  /** Keeps asking whether this unit leads while the charm's code runs. */
  startRenewing(): void {
    const everyMs = this.#chain.renewEveryMs;
    if (everyMs === undefined || this.#state !== 'leading') return;
    this.#stopRenewing = this.#options.clock.every(everyMs, () => {
      this.#renewal = this.#renewal.then(() => this.#renew());
      // An error is thrown where the renewal is awaited; until then it counts as handled.
      this.#renewal.catch(() => undefined);
    });
  }

  /** Stops asking, and waits for the question that is under way. */
  async stopRenewing(): Promise<void> {
    this.#stopRenewing();
    await this.#renewal;
  }

  sheetsWith(own: SheetReading): ReadonlyMap<UnitName, SheetReading> {
    return new Map(this.#sheets).set(this.#options.unit, own);
  }

  /** Asks who is alive: once, only when somebody waits or holds, and always after the grants were read. */
  async #askWhoIsAlive(sheets: ReadonlyMap<UnitName, SheetReading>): Promise<void> {
    if (this.#askedWhoIsAlive || !isAnybodyInvolved({ grants: this.#proposed, sheets })) return;
    this.#askedWhoIsAlive = true;
    try {
      this.#liveUnits = await this.#options.session.peers.liveUnits();
    } catch (error) {
      if (!LockStoreError.is(error)) throw error;
      this.#options.warn(
        `which units there are could not be learnt, so nothing new is granted: ${error.message}`,
      );
    }
  }

  async #propose(decision: Decision): Promise<void> {
    this.#proposed = decision.grants;
    this.#unannounced.push(decision);
    if (this.#options.session.grants.visibility === 'on-commit' || !this.#isWorthWriting()) return;
    if (await this.#write(decision.grants)) this.#announce();
  }

  /**
   * A lock that was given back can be granted whether its entry is there or not. Taking the entry away alone would
   * make a hook run on every unit, so that is left to the next grant.
   */
  #isWorthWriting(): boolean {
    if (sameGrantSheet(this.#written, this.#proposed)) return false;
    const dropped = this.#unannounced.flatMap((decision) => decision.dropped);
    return (
      this.#options.tidies ||
      dropped.some(({ why }) => why === 'gone') ||
      addsTo(this.#written, this.#proposed)
    );
  }

  async #write(grants: GrantSheet): Promise<boolean> {
    try {
      await this.#options.session.grants.write(grants);
    } catch (error) {
      if (!LockStoreError.is(error, 'NOT_LEADER')) throw error;
      return this.#depose();
    }
    // What is staged is not there yet: holding is judged by what everybody can see.
    if (this.#options.session.grants.visibility === 'immediate') this.#written = grants;
    return true;
  }

  #announce(): void {
    for (const decision of this.#unannounced.splice(0)) this.#options.onDecision(decision);
  }

  #depose(): false {
    this.#state = 'deposed';
    this.#proposed = this.#written;
    this.#options.warn(
      'this unit does not lead any more, so the grants are left to the new leader',
    );
    return false;
  }

  async #renew(): Promise<void> {
    const askedAt = this.#now();
    try {
      const { leader } = await this.#options.session.leadership();
      this.#chain.answer(leader, askedAt);
    } catch (error) {
      // No answer is no yes: the chain runs out by itself, and whoever needs it asks again.
      if (!LockStoreError.is(error)) throw error;
    }
  }

  #now(): Instant {
    const { clock } = this.#options;
    return { wallMs: clock.nowMicros() / 1000, monotonicMs: clock.monotonicMs() };
  }
}
