import type { CodecError, LockStoreError } from '../errors.ts';
import type { GrantSheet, RequestSheet } from '../model/documents.ts';
import type { UnitName } from '../model/names.ts';

/**
 * A backend: where one unit's requests, the leader's grants and the unit's own notes are kept, under one key.
 *
 * A store decides nothing. It turns documents into what it keeps and back, says who leads and who is alive,
 * and publishes what was written when the hook has succeeded. An optional member is a feature: a store that
 * lacks the feature lacks the member.
 */
export interface LockStore {
  /** The unit this store serves. */
  readonly unit: UnitName;
  /** The name its documents are kept by, `baton` by default; stores with different keys do not see each other. */
  readonly key: string;
  /**
   * Opens a hook. One session at a time: the one before must have ended. What a session has read is
   * remembered with it and forgotten with it.
   *
   * @throws {LockStoreError} `CLOSED` after {@link LockStore.close}, `UNAVAILABLE` while a session is open or
   * the backend cannot be reached, `UNIT_IN_USE` when another process serves this unit, `UNSUPPORTED` where
   * the backend cannot work
   */
  begin(): Promise<HookSession>;
  /**
   * Calls back when another unit changed something that a hook of this unit would want to see, when this unit
   * asked for it by {@link LeaderGrants.wake}, and, where grants are visible on commit, when this unit's own
   * grants were published: only then may it use them. Returns how to stop. Changes may be coalesced, and the
   * callback may come without one. Juju runs a hook for that, so its store has no such member.
   */
  watch?(onChange: () => void): () => void;
  /** Gives back what the store holds on to. The unit stays a member, and keeps its locks. Closing twice does nothing. */
  close?(): Promise<void>;
}

/** How a hook ended: writes that take effect on commit are published, or dropped. */
export type HookOutcome = 'success' | 'failure';

/** What a unit knows of its own leadership. */
export interface Leadership {
  /** Whether this unit leads. */
  readonly leader: boolean;
  /**
   * How many milliseconds, counted from before the question was asked, nobody else can lead: 30,000 on Juju;
   * `Infinity` where leadership cannot pass while the process lives; 0 when not leader.
   */
  readonly guaranteedForMs: number;
}

/** One hook of one unit. After {@link HookSession.end} every member rejects with `CLOSED`. */
export interface HookSession {
  /**
   * Asks whether this unit leads, and how long it may rely on that. Ask before reading grants, so that they
   * are read under the guarantee. It may be asked again, while other calls are under way too.
   */
  leadership(): Promise<Leadership>;
  /** The request sheets: this unit's own and everybody's. */
  readonly peers: PeerRequests;
  /** The grant sheet. */
  readonly grants: LeaderGrants;
  /** What only this unit sees. */
  readonly local: LocalState;
  /**
   * Ends the hook; call it exactly once, whatever happened. On `success` everything written is published, or
   * it rejects and nothing that takes effect on commit is; on `failure` all of that is dropped.
   *
   * @throws {LockStoreError} `UNAVAILABLE` or `NOT_LEADER` when publishing failed: the hook has failed then
   */
  end(outcome: HookOutcome): Promise<void>;
}

/** What reading one unit's sheet gave. */
export type SheetReading =
  | {
      /** There is a sheet. */
      readonly state: 'present';
      /** The sheet that was read. */
      readonly sheet: RequestSheet;
    }
  | {
      /** The unit has published none that this unit can see. */
      readonly state: 'absent';
    }
  | {
      /** There is one that cannot be read; nobody may overwrite it. */
      readonly state: 'unreadable';
      /** What is wrong with it, and where it is. */
      readonly error: LockStoreError | CodecError;
    };

/** Whether a unit takes part, or is being removed. A unit that is gone is in no list. */
export type UnitState = 'alive' | 'dying';

/** The request sheets of the application. Each is written by its own unit alone. */
export interface PeerRequests {
  /** Whether the peers can be reached: before that, nothing can be published and the stash takes its place. */
  joined(): Promise<boolean>;
  /**
   * Reads this unit's own sheet, what this session has written included. Absent while not joined, and until
   * the first sheet was published.
   */
  readOwn(): Promise<SheetReading>;
  /**
   * Reads the sheet of every listed unit, the own one included, and of the units in `alsoRead`, listed or not.
   * What other units changed lately may be missing: it comes with a later hook.
   */
  readAll(alsoRead: Iterable<UnitName>): Promise<ReadonlyMap<UnitName, SheetReading>>;
  /**
   * Replaces this unit's own sheet when the hook succeeds.
   *
   * @throws {LockStoreError} `CORRUPT` where the present one cannot be read, `UNAVAILABLE` while not joined
   */
  write(sheet: RequestSheet): Promise<void>;
  /**
   * Asks, anew at each call, which units there are, this one included. Call it after reading the grants it
   * is to be compared with: a unit that is missing is then proof that it does no work under them.
   *
   * @throws {LockStoreError} `UNAVAILABLE`
   */
  liveUnits(): Promise<ReadonlyMap<UnitName, UnitState>>;
}

/** The grant sheet of the application. Only the leader writes it. */
export interface LeaderGrants {
  /**
   * When a written sheet is there for everybody: `immediate`ly, and it stays if the hook fails; or
   * `on-commit`, when the hook has succeeded.
   */
  readonly visibility: 'immediate' | 'on-commit';
  /**
   * Reads the grant sheet, once a session; empty where none was written. What this session wrote is included.
   *
   * @throws {LockStoreError} `CORRUPT` where it cannot be read, which is not the same as empty
   */
  read(): Promise<GrantSheet>;
  /**
   * Replaces the grant sheet.
   *
   * @throws {LockStoreError} `NOT_LEADER` when this unit does not lead: nothing was written; `CORRUPT` where
   * the present one cannot be read, and nothing was written
   */
  write(sheet: GrantSheet): Promise<void>;
  /**
   * Forgets what this session has read, so that the next {@link LeaderGrants.read} reads anew. Stores with
   * `immediate` grants have it.
   *
   * @throws {LockStoreError} `NOT_LEADER` when this unit does not lead
   */
  refresh?(): Promise<void>;
  /**
   * Makes a fresh hook run on every unit, this one included, once this hook has succeeded. Leader only.
   *
   * @throws {LockStoreError} `NOT_LEADER`
   */
  wake?(): Promise<void>;
}

/** The stash: a sheet made before the peers could be reached. Only this unit sees it. */
export interface LocalState {
  /**
   * Reads the stash, what this session has written included.
   *
   * @throws {LockStoreError} `CORRUPT` where it cannot be read
   */
  read(): Promise<RequestSheet | undefined>;
  /** Replaces the stash, or deletes it, when the hook succeeds. */
  write(sheet: RequestSheet | undefined): Promise<void>;
}
