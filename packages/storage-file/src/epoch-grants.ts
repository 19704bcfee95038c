import { setTimeout as pause } from 'node:timers/promises';

import { EMPTY_GRANT_SHEET, LockStoreError, type Codec, type GrantSheet } from '@baton/coordinator';

import type { ClaimSeries } from './claim-series.ts';
import { decodeDocument } from './decode-document.ts';
import { grantsName, GRANTS_PREFIX } from './document-names.ts';
import type { Folder } from './folder.ts';
import { repairCommand } from './repair-command.ts';
import { ownerLives } from './owner-state.ts';
import type { ProcessIdentity } from './process-identity.ts';

const PAUSE_MS = 10;

/**
 * The grant sheet, of which there is one file for each epoch, the time that one unit leads: `grants.<n>` is
 * written by the leader of epoch n alone.
 *
 * A leader that was deposed may still finish a write, and must neither take it for done nor be believed.
 * So a new leader claims its epoch before it reads the older grants, a writer looks for newer epochs after
 * it has written, and a reader looks for newer ones after it has read.
 */
export class EpochGrants {
  readonly #folder: Folder;
  readonly #codec: Codec;
  readonly #leaders: ClaimSeries;
  readonly #self: ProcessIdentity;
  readonly #takeoverWaitMs: number;

  constructor(
    folder: Folder,
    codec: Codec,
    leaders: ClaimSeries,
    self: ProcessIdentity,
    takeoverWaitMs: number,
  ) {
    this.#folder = folder;
    this.#codec = codec;
    this.#leaders = leaders;
    this.#self = self;
    this.#takeoverWaitMs = takeoverWaitMs;
  }

  /**
   * Reads the grants of the newest epoch; empty when nobody has led yet.
   *
   * @throws {LockStoreError} `CORRUPT`; `UNAVAILABLE` while another unit takes over and does not get on
   */
  async read(): Promise<GrantSheet> {
    const giveUpAt = performance.now() + this.#takeoverWaitMs;
    for (;;) {
      const epoch = await this.#leaders.newestNumber();
      if (epoch === 0) return EMPTY_GRANT_SHEET;
      const bytes = await this.#folder.read(grantsName(epoch));
      if ((await this.#leaders.newestNumber()) !== epoch) continue;
      if (bytes !== undefined) return this.#decode(epoch, bytes);
      await this.#explainMissing(epoch, performance.now() >= giveUpAt);
      await pause(PAUSE_MS);
    }
  }

  /**
   * Replaces the grants of the epoch in which the caller leads. Nothing is written that is there already.
   *
   * @throws {LockStoreError} `NOT_LEADER` when a newer epoch has begun, `CORRUPT`, `UNAVAILABLE`
   */
  async write(epoch: number, sheet: GrantSheet): Promise<void> {
    const bytes = this.#codec.encodeGrantSheet(sheet);
    await this.#mustBeNewest(epoch);
    const present = await this.#folder.read(grantsName(epoch));
    if (present === undefined) throw this.#vanished(epoch);
    this.#decode(epoch, present);
    if (Buffer.compare(present, bytes) !== 0) {
      await this.#folder.replace([{ name: grantsName(epoch), bytes }]);
    }
    await this.#mustBeNewest(epoch);
  }

  /**
   * Begins the grants of an epoch with the bytes of the newest older ones, even when those cannot be read.
   * The caller must have claimed the epoch before. @throws {LockStoreError} `UNAVAILABLE`
   */
  async carryOver(epoch: number): Promise<void> {
    for (;;) {
      const numbers = await this.#folder.numbers(GRANTS_PREFIX);
      if (numbers.includes(epoch)) return;
      const older = numbers.filter((number) => number < epoch).at(-1);
      const bytes =
        older === undefined
          ? this.#codec.encodeGrantSheet(EMPTY_GRANT_SHEET)
          : await this.#folder.read(grantsName(older));
      if (bytes === undefined) continue;
      await this.#folder.replace([{ name: grantsName(epoch), bytes }]);
      return;
    }
  }

  /** Removes the grants of epochs before this one; the two newest files always stay. @throws {LockStoreError} `UNAVAILABLE` */
  async prune(epoch: number): Promise<void> {
    for (const number of (await this.#folder.numbers(GRANTS_PREFIX)).slice(0, -2)) {
      if (number < epoch) await this.#folder.remove(grantsName(number));
    }
  }

  #decode(epoch: number, bytes: Uint8Array): GrantSheet {
    return decodeGrants(this.#folder, this.#codec, epoch, bytes);
  }

  async #mustBeNewest(epoch: number): Promise<void> {
    const newest = await this.#leaders.newestNumber();
    if (newest === epoch) return;
    throw new LockStoreError(
      'NOT_LEADER',
      `cannot write the grants of epoch ${epoch} in ${this.#folder.path}: epoch ${newest} has begun; its ` +
        'leader decides now',
      { path: this.#folder.path },
    );
  }

  /** Returns while it is worth waiting for the new leader to carry the grants over. */
  async #explainMissing(epoch: number, waitedEnough: boolean): Promise<void> {
    const path = this.#folder.pathOf(grantsName(epoch));
    const claimant = await this.#leaders.read(epoch);
    if (claimant === undefined) return;
    const who = `unit ${claimant.unit} (process ${claimant.pid})`;
    if (!(await ownerLives(claimant, this.#self))) {
      throw new LockStoreError(
        'UNAVAILABLE',
        `cannot read the grants: ${who} ended while it took over leadership, before it wrote ${path}; ` +
          'the next hook of any unit takes over',
        { path },
      );
    }
    if (!waitedEnough) return;
    throw new LockStoreError(
      'UNAVAILABLE',
      `cannot read the grants: ${who} has been taking over leadership for ${this.#takeoverWaitMs} ms and ` +
        `has not written ${path}; try again, or see why it hangs`,
      { path },
    );
  }

  #vanished(epoch: number): LockStoreError {
    const path = this.#folder.pathOf(grantsName(epoch));
    return new LockStoreError(
      'CORRUPT',
      `${path} is gone: somebody removed the grants of the present leader; make sure that no unit works ` +
        `under a lock, then \`${repairCommand(this.#folder, '--grants --force')}\``,
      { path },
    );
  }
}

/** Decodes the grant sheet of an epoch. @throws {LockStoreError} `CORRUPT` */
export function decodeGrants(
  folder: Folder,
  codec: Codec,
  epoch: number,
  bytes: Uint8Array,
): GrantSheet {
  return decodeDocument(() => codec.decodeGrantSheet(bytes), {
    path: folder.pathOf(grantsName(epoch)),
    what: 'the grant sheet',
    command: repairCommand(folder, '--grants'),
  });
}
