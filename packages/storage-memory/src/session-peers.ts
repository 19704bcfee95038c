import type {
  PeerRequests,
  RequestSheet,
  SheetReading,
  UnitName,
  UnitState,
} from '@baton/coordinator';

import type { Forms } from './forms.ts';
import type { SessionContext } from './session-context.ts';

/** The request sheets as one session sees them. */
export class SessionPeers implements PeerRequests {
  readonly #context: SessionContext;
  readonly #read = new Map<UnitName, Forms>();
  #pending: Forms | undefined;

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
    const { documents, unit, joined } = this.#context;
    this.#context.requireOpen('write the own sheet');
    if (!joined) {
      throw this.#context.error(
        'UNAVAILABLE',
        'cannot publish its sheet before it has joined its peers: stash it',
      );
    }
    documents.requireReadableSheet(unit);
    this.#pending = documents.encodeSheet(sheet);
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
    const { documents, joined, state, unit } = this.#context;
    const forms = this.#pending ?? (joined ? documents.sheetOutOfStep(unit) : undefined);
    const changed = forms === undefined ? 0 : documents.replaceSheet(unit, forms);
    if (changed === 0) return;
    state.writes += changed;
    state.watchers.tell({ keys: documents.keys, except: unit });
  }

  #reading(unit: UnitName): SheetReading {
    const { documents, unit: self, joined } = this.#context;
    if (!joined) return { state: 'absent' };
    if (unit === self && this.#pending !== undefined) {
      return documents.readSheet(unit, this.#pending);
    }
    const forms = this.#read.get(unit) ?? this.#committed(unit);
    this.#read.set(unit, forms);
    return documents.readSheet(unit, forms);
  }

  #committed(unit: UnitName): Forms {
    const { documents, state, unit: self, listed } = this.#context;
    // Only sheets of listed peers are kept beyond the hook: Juju prunes the others from its cache.
    const kept = state.settings.peerReads === 'delivered' && unit !== self && listed.includes(unit);
    return kept ? documents.keptSheet(self, unit) : documents.sheet(unit);
  }
}
