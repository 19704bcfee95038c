import {
  EMPTY_REQUEST_SHEET,
  sameRequestSheet,
  type GrantSheet,
  type RequestSheet,
} from '../model/documents.ts';
import type { LockName, UnitName } from '../model/names.ts';
import type { Ticket } from '../model/ticket.ts';
import { heldLocks, holds } from '../protocol/holding.ts';
import { assertSuccessor } from '../protocol/invariants.ts';
import { adoptingAll, givingUp, withoutRequests, withRequest } from '../protocol/requests.ts';
import { nextTicket } from '../protocol/tickets.ts';
import type { HookSession, SheetReading } from '../store/lock-store.ts';
import { rethrowUnlessUnreadable, type UnreadableError } from './unreadable.ts';

/** Nonces wrap around here: they only have to differ from the one before. */
const NONCE_END = 0x7fff_ffff;

/** How a hook ends for the own sheet. */
export interface SheetEnding {
  /** Whether code of the charm ran; where none did, nothing is given back. */
  readonly charmRan: boolean;
  /** Whether to give back only what the charm has used: from some moment on it was told that it holds nothing. */
  readonly onlyWhatWasUsed: boolean;
  /** Whether this is an action or a command, which also run while the unit is in error. */
  readonly inAction: boolean;
  /** Whether to change the nonce of a sheet that waits, so that its peers are told of it again. */
  readonly remind: boolean;
  readonly labels: ReadonlyMap<string, string>;
  readonly nowMicros: number;
}

/** This unit's own requests during one hook: where they were found, how they change, where they are written. */
export class OwnSheet {
  readonly #unit: UnitName;
  readonly #joined: boolean;
  readonly #found: FoundSheet;
  /**
   * Whether this unit was granted something and has published nothing: somebody set its sheet aside, which may have
   * said that it gave back what it was granted, or its very first hook failed. Who can tell?
   */
  readonly isLost: boolean;
  #mayPublish = true;
  /** The sheet as it was found: what the peers know of this unit. */
  readonly published: RequestSheet;
  /** Why the sheet cannot be read; it is never written then. */
  readonly problem: UnreadableError | undefined;

  #current: RequestSheet;
  /** Requests that were granted when the charm's code began, or of which it was told so. */
  readonly #told = new Map<LockName, Ticket>();
  /** Requests whose work ran in this process. */
  readonly #worked = new Map<LockName, Ticket>();
  /** Requests given back early: the leader goes on seeing them until the charm's code has returned. */
  readonly #givenBack = new Map<LockName, Ticket>();
  readonly #used = new Set<LockName>();
  readonly #wantedAgain = new Set<LockName>();

  constructor(unit: UnitName, joined: boolean, found: FoundSheet, grants: GrantSheet) {
    this.#unit = unit;
    this.#joined = joined;
    this.#found = found;
    const isNowhere = joined && found.in === 'nowhere' && found.problem === undefined;
    this.isLost = isNowhere && [...grants.values()].some((units) => units.has(unit));
    this.published = withFiniteTickets(unit, found.sheet, grants);
    this.problem = found.problem;
    this.#current = this.published;
  }

  get current(): RequestSheet {
    return this.#current;
  }

  /** Whether the hook that ends publishes the sheet, if it changed. */
  get mayPublish(): boolean {
    return this.#mayPublish;
  }

  /** The sheet as the leader may see it while the charm's code runs: what was given back early is still there. */
  readingWhileCharmRuns(): SheetReading {
    let sheet = this.#current;
    for (const [lock, ticket] of this.#givenBack) sheet = withRequest(sheet, lock, ticket);
    return this.#reading(sheet);
  }

  /** The sheet as it will be published. */
  readingAtTheEnd(): SheetReading {
    return this.#reading(this.#current);
  }

  holds(lock: LockName, committed: GrantSheet): boolean {
    return holds(this.#unit, this.#current, committed, lock);
  }

  /** Notes what is held when the charm's code begins. */
  charmBegins(committed: GrantSheet): void {
    for (const lock of heldLocks(this.#unit, this.#current, committed)) {
      note(this.#told, lock, this.#current);
    }
  }

  /** Notes that the charm was told that it holds the lock. */
  tell(lock: LockName): void {
    this.#used.add(lock);
    note(this.#told, lock, this.#current);
  }

  /** Notes that work under the lock runs in this process. */
  work(lock: LockName): void {
    this.#used.add(lock);
    note(this.#worked, lock, this.#current);
  }

  /**
   * Opens a request, unless there is one; where the lock has an orphan, adopts that instead. A lost sheet may have
   * said that the grant was given back, and the leader may have read it.
   */
  request(
    lock: LockName,
    committed: GrantSheet,
    orphans: ReadonlyMap<LockName, Ticket>,
    nowMicros: number,
  ): void {
    const open = this.#current.requests.get(lock);
    const orphan = this.isLost ? undefined : orphans.get(lock);
    const adopted = orphan !== undefined && orphan > (open ?? 0);
    if (open !== undefined && !adopted) return;
    const ticket = adopted ? orphan : nextTicket(this.#unit, this.#current, committed, nowMicros);
    this.#current = withRequest(this.#current, lock, ticket);
  }

  /** Gives up waiting; says whether there was a request that waited. */
  cancel(lock: LockName, committed: GrantSheet): boolean {
    if (!this.#current.requests.has(lock) || this.holds(lock, committed)) return false;
    this.#current = withoutRequests(this.#current, [lock]);
    return true;
  }

  /** Gives the lock back; says whether the unit held it. */
  giveBackEarly(lock: LockName, committed: GrantSheet): boolean {
    const ticket = this.#current.requests.get(lock);
    if (ticket === undefined || !this.holds(lock, committed)) return false;
    this.#givenBack.set(lock, ticket);
    this.#current = withoutRequests(this.#current, [lock]);
    return true;
  }

  /** Asks for the lock once more, behind everybody who waits, as soon as it is given back. */
  wantAgain(lock: LockName): void {
    this.#wantedAgain.add(lock);
  }

  /** Whether the charm asked whether it holds the lock, or ran work under it. */
  wasUsed(lock: LockName): boolean {
    return this.#used.has(lock);
  }

  /** Makes the sheet that will be published; gives the locks that it gives back. */
  finish(
    committed: GrantSheet,
    orphans: ReadonlyMap<LockName, Ticket>,
    ending: SheetEnding,
  ): ReadonlySet<LockName> {
    if (this.problem !== undefined) return new Set();
    // The sheet that comes after a lost one gives up every grant, which only a hook with the charm's code may do.
    this.#mayPublish = !this.isLost || (ending.charmRan && !ending.inAction);
    if (!this.#mayPublish) return new Set();
    const released = new Set<LockName>();
    let sheet = this.#current;
    if (ending.charmRan) {
      for (const [lock, ticket] of ending.inAction ? this.#worked : this.#told) {
        if (ending.onlyWhatWasUsed && !this.#used.has(lock)) continue;
        // A request made after the lock was given back has another ticket, and stays.
        if (sheet.requests.get(lock) === ticket) released.add(lock);
      }
      sheet = withoutRequests(sheet, released);
      if (!ending.inAction) sheet = givingUp(sheet, orphans);
      for (const lock of this.#wantedAgain) {
        if (sheet.requests.has(lock)) continue;
        const ticket = nextTicket(this.#unit, sheet, committed, ending.nowMicros);
        sheet = withRequest(sheet, lock, ticket);
      }
    }
    // Publishing a higher lastTicket would give up the orphans of a hook whose work may be half done.
    if (ending.inAction && sheet.lastTicket !== this.published.lastTicket) {
      const unadopted = [...orphans].filter(([lock, ticket]) => this.#worked.get(lock) !== ticket);
      sheet = adoptingAll(sheet, unadopted);
    }
    this.#current = this.#dressed(sheet, committed, ending);
    assertSuccessor(this.published, this.#current);
    return new Set([...released, ...this.#givenBack.keys()]);
  }

  /** Writes the sheet where it belongs, if it changed. */
  async write({ peers, local }: HookSession): Promise<void> {
    if (this.problem !== undefined || !this.#mayPublish) return;
    const changed = !sameRequestSheet(this.#current, this.#found.sheet);
    if (!this.#joined) {
      if (changed) await local.write(this.#current);
      return;
    }
    // The first sheet is published even when it is empty: it tells the leader that the unit can be read.
    if (changed || this.#found.in !== 'peers') await peers.write(this.#current);
    // The stash goes only after the sheet made from it has been read back.
    if (this.#found.in === 'peers' && this.published.fromStash) {
      if ((await local.read()) !== undefined) await local.write(undefined);
    }
  }

  #dressed(sheet: RequestSheet, committed: GrantSheet, ending: SheetEnding): RequestSheet {
    const waits = [...sheet.requests.keys()].some(
      (lock) => !holds(this.#unit, sheet, committed, lock),
    );
    // A sheet like an earlier one would be no news to the agents of Juju 4, which tell sheets apart by their content.
    const last = this.isLost ? Math.floor(ending.nowMicros / 1_000) % NONCE_END : sheet.nonce;
    const nonce = ending.remind && waits ? (last + 1) % NONCE_END : last;
    const dressed = { ...sheet, nonce, labels: ending.labels };
    if (!this.#joined) return { ...dressed, fromStash: false };
    if (this.#found.in === 'stash') return { ...dressed, fromStash: true };
    // The mark stays until the sheet changes anyway: taking it off alone would wake every peer.
    return sameRequestSheet(dressed, this.#found.sheet)
      ? dressed
      : { ...dressed, fromStash: false };
  }

  #reading(sheet: RequestSheet): SheetReading {
    return this.problem === undefined
      ? { state: 'present', sheet }
      : { state: 'unreadable', error: this.problem };
  }
}

/** A unit's own sheet, and where it was. */
export interface FoundSheet {
  readonly in: 'peers' | 'stash' | 'nowhere';
  readonly sheet: RequestSheet;
  readonly problem?: UnreadableError;
}

/** Looks for a unit's own sheet: among its peers, or in the stash while they have none of it. */
export async function findOwnSheet(
  { peers, local }: HookSession,
  joined: boolean,
): Promise<FoundSheet> {
  if (joined) {
    const reading = await peers.readOwn();
    if (reading.state === 'present') return { in: 'peers', sheet: reading.sheet };
    if (reading.state === 'unreadable') {
      return { in: 'nowhere', sheet: EMPTY_REQUEST_SHEET, problem: reading.error };
    }
  }
  try {
    const stash = await local.read();
    if (stash !== undefined) return { in: 'stash', sheet: stash };
    return { in: 'nowhere', sheet: EMPTY_REQUEST_SHEET };
  } catch (error) {
    const problem = rethrowUnlessUnreadable(error);
    return { in: 'nowhere', sheet: EMPTY_REQUEST_SHEET, problem };
  }
}

/** A unit that ran charmhelpers until now goes on from the largest ticket that can be known. */
function withFiniteTickets(unit: UnitName, sheet: RequestSheet, grants: GrantSheet): RequestSheet {
  if (sheet.lastTicket !== Infinity) return sheet;
  const granted = [...grants.values()].map((units) => units.get(unit) ?? 0);
  return { ...sheet, lastTicket: Math.max(0, ...sheet.requests.values(), ...granted) };
}

function note(notes: Map<LockName, Ticket>, lock: LockName, { requests }: RequestSheet): void {
  const ticket = requests.get(lock);
  if (ticket !== undefined) notes.set(lock, ticket);
}
