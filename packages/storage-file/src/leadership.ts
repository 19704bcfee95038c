import type { ClaimSeries } from './claim-series.ts';
import type { EpochGrants } from './epoch-grants.ts';
import type { OwnerRecord } from './owner-record.ts';
import { ownerLives } from './owner-state.ts';

/**
 * One store's part in who leads: the owner of the newest leadership claim, while it lives. Calls must come
 * one after another.
 */
export class Leadership {
  readonly #leaders: ClaimSeries;
  readonly #grants: EpochGrants;
  readonly #record: OwnerRecord;
  /** The newest epoch whose grants this store has carried over. */
  #epoch: number | undefined;
  readonly #claimed = new Set<number>();

  constructor(leaders: ClaimSeries, grants: EpochGrants, record: OwnerRecord) {
    this.#leaders = leaders;
    this.#grants = grants;
    this.#record = record;
  }

  /**
   * The epoch in which this store leads, which begins now when nobody led; undefined while another leads.
   *
   * @throws {LockStoreError} `UNAVAILABLE`, `CORRUPT`, `UNSUPPORTED`
   */
  async lead(): Promise<number | undefined> {
    for (;;) {
      const newest = await this.#leaders.newest();
      if (newest !== undefined) {
        if (this.#owns(newest.record)) {
          if (await this.#complete(newest.number)) return newest.number;
          continue;
        }
        if (await ownerLives(newest.record, this.#record)) return undefined;
      }
      await this.#claim((newest?.number ?? 0) + 1);
    }
  }

  /** Leads from now on, whoever has led. @throws {LockStoreError} `UNAVAILABLE`, `CORRUPT`, `UNSUPPORTED` */
  async take(): Promise<void> {
    for (;;) {
      const newest = await this.#leaders.newest();
      if (newest === undefined || !this.#owns(newest.record)) {
        await this.#claim((newest?.number ?? 0) + 1);
      } else if (await this.#complete(newest.number)) {
        return;
      }
    }
  }

  /** Whether the claim to this epoch is this store's own doing. */
  hasClaimed(epoch: number): boolean {
    return this.#claimed.has(epoch);
  }

  /** Whether somebody has led and nobody leads now. @throws {LockStoreError} `UNAVAILABLE`, `CORRUPT`, `UNSUPPORTED` */
  async isVacant(): Promise<boolean> {
    const newest = await this.#leaders.newest();
    return newest !== undefined && !(await ownerLives(newest.record, this.#record));
  }

  /** Whether no newer epoch has begun. @throws {LockStoreError} `UNAVAILABLE` */
  async isNewest(epoch: number): Promise<boolean> {
    return (await this.#leaders.newestNumber()) === epoch;
  }

  /** Gives leadership back, if this store has it. @throws {LockStoreError} `UNAVAILABLE`, `CORRUPT` */
  async release(): Promise<void> {
    const newest = await this.#leaders.newest();
    if (newest !== undefined && this.#owns(newest.record)) {
      await this.#leaders.release(newest.number, this.#record);
    }
  }

  /** Whether this succeeds or another store was faster: what is there afterwards says who leads. */
  async #claim(epoch: number): Promise<void> {
    this.#claimed.add(epoch);
    if (!(await this.#leaders.claim(epoch, this.#record))) this.#claimed.delete(epoch);
  }

  /** A claim alone is not leadership: the grants have to be carried over first. */
  async #complete(epoch: number): Promise<boolean> {
    if (this.#epoch === epoch) return true;
    await this.#grants.carryOver(epoch);
    if (!(await this.isNewest(epoch))) return false;
    this.#epoch = epoch;
    await this.#leaders.prune();
    await this.#grants.prune(epoch);
    return true;
  }

  #owns(record: OwnerRecord): boolean {
    return record.store === this.#record.store && !record.released;
  }
}
