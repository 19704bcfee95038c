import type {
  HookOutcome,
  HookSession,
  LeaderGrants,
  LockStore,
  PeerRequests,
  UnitName,
} from '../../src/index.ts';

/** What a coordinator may ask a store; `end` with its outcome. */
export type StoreCall =
  | 'leadership'
  | 'joined'
  | 'own.read'
  | 'own.write'
  | 'grants.read'
  | 'grants.write'
  | 'grants.refresh'
  | 'wake'
  | 'peers.read'
  | 'liveUnits'
  | 'stash.read'
  | 'stash.write'
  | 'stash.delete'
  | 'end success'
  | 'end failure';

/** Runs when a call begins; what it throws, the call throws. */
export type Interception = () => void | Promise<void>;

/** A store that writes down what it is asked, in order, and lets a test step in. */
export class RecordingStore implements LockStore {
  readonly unit: UnitName;
  readonly key: string;
  readonly #store: LockStore;
  readonly #interceptions = new Map<StoreCall, Interception>();
  /** What was asked since the last look. */
  calls: StoreCall[] = [];
  /** Whether sessions have the optional member `wake`. */
  canWake = true;
  /** Whom the last `peers.read` asked for beside the listed units. */
  alsoRead: readonly string[] = [];

  constructor(store: LockStore) {
    this.#store = store;
    this.unit = store.unit;
    this.key = store.key;
  }

  /** Runs something at the next call of this kind, once, before the store is asked. */
  next(call: StoreCall, interception: Interception): void {
    this.#interceptions.set(call, interception);
  }

  /** How often something was asked since the last look. */
  count(call: StoreCall): number {
    return this.calls.filter((made) => made === call).length;
  }

  /** The calls since the last look, which are then forgotten. */
  taken(): StoreCall[] {
    return this.calls.splice(0);
  }

  async close(): Promise<void> {
    await this.#store.close?.();
  }

  async begin(): Promise<HookSession> {
    const session = await this.#store.begin();
    const { local } = session;
    return {
      leadership: () => this.#ask('leadership', () => session.leadership()),
      peers: this.#peers(session.peers),
      grants: this.#grants(session.grants),
      local: {
        read: () => this.#ask('stash.read', () => local.read()),
        write: (sheet) =>
          this.#ask(sheet === undefined ? 'stash.delete' : 'stash.write', () => local.write(sheet)),
      },
      end: (outcome: HookOutcome) => this.#ask(`end ${outcome}`, () => session.end(outcome)),
    };
  }

  #peers(peers: PeerRequests): PeerRequests {
    return {
      joined: () => this.#ask('joined', () => peers.joined()),
      readOwn: () => this.#ask('own.read', () => peers.readOwn()),
      readAll: (alsoRead) => {
        const named = [...alsoRead];
        this.alsoRead = named;
        return this.#ask('peers.read', () => peers.readAll(named));
      },
      write: (sheet) => this.#ask('own.write', () => peers.write(sheet)),
      liveUnits: () => this.#ask('liveUnits', () => peers.liveUnits()),
    };
  }

  #grants(grants: LeaderGrants): LeaderGrants {
    const refresh = grants.refresh?.bind(grants);
    const wake = grants.wake?.bind(grants);
    return {
      visibility: grants.visibility,
      read: () => this.#ask('grants.read', () => grants.read()),
      write: (sheet) => this.#ask('grants.write', () => grants.write(sheet)),
      ...(refresh && { refresh: () => this.#ask('grants.refresh', () => refresh()) }),
      ...(wake && this.canWake && { wake: () => this.#ask('wake', () => wake()) }),
    };
  }

  async #ask<Value>(call: StoreCall, ask: () => Promise<Value>): Promise<Value> {
    this.calls.push(call);
    const interception = this.#interceptions.get(call);
    this.#interceptions.delete(call);
    await interception?.();
    return ask();
  }
}
