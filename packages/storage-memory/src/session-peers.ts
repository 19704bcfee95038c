import type {
  PeerRequests,
  RequestSheet,
  SheetReading,
  UnitName,
  UnitState,
} from '@baton/coordinator';

import { replaceDocument } from './key-documents.ts';
import { copyOf, type Kept, type SessionContext } from './session-context.ts';

/** The request sheets as one session sees them. */
export class SessionPeers implements PeerRequests {
  readonly #context: SessionContext;
  readonly #read = new Map<UnitName, Uint8Array | undefined>();
  #pending: Kept | undefined;

  constructor(context: SessionContext) {
    this.#context = context;
  }

  async joined(): Promise<boolean> {
    this.#context.requireOpen('ask whether the peers can be reached');
    return this.#context.joined;
  }

  async readOwn(): Promise<SheetReading> {
    this.#context.requireOpen('read the own sheet');
    return this.#reading(this.#context.unit);
  }

  async readAll(alsoRead: Iterable<UnitName>): Promise<ReadonlyMap<UnitName, SheetReading>> {
    this.#context.requireOpen('read the sheets');
    const readings = new Map<UnitName, SheetReading>();
    for (const unit of [...this.#context.listed, ...alsoRead]) {
      readings.set(unit, this.#reading(unit));
    }
    return readings;
  }

  async write(sheet: RequestSheet): Promise<void> {
    const { documents, state, unit, joined } = this.#context;
    this.#context.requireOpen('write the own sheet');
    if (!joined) {
      throw this.#context.error(
        'UNAVAILABLE',
        'cannot publish its sheet before it has joined its peers: stash it',
      );
    }
    documents.requireReadableSheet(unit);
    this.#pending = { bytes: copyOf(state.settings.codec.encodeRequestSheet(sheet)) };
  }

  async liveUnits(): Promise<ReadonlyMap<UnitName, UnitState>> {
    const { state } = this.#context;
    this.#context.requireOpen('ask who is alive');
    if (state.liveUnitsFail) {
      throw this.#context.error(
        'UNAVAILABLE',
        'cannot learn which units are alive: the cluster was told to fail',
      );
    }
    return state.liveUnits();
  }

  /** @throws {LockStoreError} `CORRUPT` where publishing would overwrite what cannot be read */
  checkCommit(): void {
    if (this.#pending !== undefined) {
      this.#context.documents.requireReadableSheet(this.#context.unit);
    }
  }

  publish(): void {
    const { documents, state, unit } = this.#context;
    if (this.#pending === undefined) return;
    if (!replaceDocument(documents.sheets, unit, this.#pending.bytes)) return;
    state.writes += 1;
    state.watchers.tell({ key: documents.key, except: unit });
  }

  #reading(unit: UnitName): SheetReading {
    const { documents, unit: self, joined } = this.#context;
    if (!joined) return { state: 'absent' };
    if (unit === self && this.#pending !== undefined) {
      return documents.readSheet(unit, this.#pending.bytes);
    }
    if (!this.#read.has(unit)) this.#read.set(unit, this.#committed(unit));
    return documents.readSheet(unit, this.#read.get(unit));
  }

  #committed(unit: UnitName): Uint8Array | undefined {
    const { documents, state, unit: self, listed } = this.#context;
    // Only sheets of listed peers are kept beyond the hook: Juju prunes the others from its cache.
    const kept = state.settings.peerReads === 'delivered' && unit !== self && listed.includes(unit);
    return kept ? documents.keptSheet(self, unit) : documents.sheets.get(unit);
  }
}
