import {
  ManagedServer,
  type ManagedServerOptions,
} from '../../apps/demo/src/workload/managed-server.ts';
import type { Journal } from '../soak/journal.ts';
import type { Witness } from '../soak/witness.ts';

/** Who sees a server's restarts. */
export interface Observers {
  readonly witness: Witness;
  readonly journal: Journal;
}

/**
 * The demo's server; from when its restart stops it until it answers again its unit is inside. What fails in
 * between leaves the unit there: it keeps its lock then.
 */
export class WitnessedServer extends ManagedServer {
  readonly #observers: Observers;
  /** A unit that goes stops its server without a lock. */
  #goes = false;

  constructor(options: ManagedServerOptions, observers: Observers) {
    super(options);
    this.#observers = observers;
  }

  override async stop(): Promise<void> {
    const { witness, journal } = this.#observers;
    if (!this.#goes) {
      witness.enter();
      journal.note('began', process.pid);
    }
    await super.stop();
  }

  override async start(version: number): Promise<void> {
    await super.start(version);
    const { witness, journal } = this.#observers;
    // The first start of a unit needs no lock.
    if (!witness.isInside) return;
    journal.note('ended', version);
    witness.leave();
  }

  override async remove(): Promise<void> {
    this.#goes = true;
    await super.remove();
  }
}
