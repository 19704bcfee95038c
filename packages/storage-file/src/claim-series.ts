import type { Folder } from './folder.ts';
import { repairCommand } from './repair-command.ts';
import { decodeOwnerRecord, encodeOwnerRecord, type OwnerRecord } from './owner-record.ts';

/** One claim of a series. */
export interface Claim {
  readonly number: number;
  readonly record: OwnerRecord;
}

/**
 * Claims to one thing, numbered upwards, of which only the one with the largest number counts. A claim is a
 * file that is linked whole under the next number, so two processes never make the same one; it is never
 * taken away, only marked as released or overtaken, so a process that looked long ago cannot win with a
 * number that was used before.
 */
export class ClaimSeries {
  readonly #folder: Folder;
  readonly #prefix: string;

  constructor(folder: Folder, prefix: string) {
    this.#folder = folder;
    this.#prefix = prefix;
  }

  /** The number of the claim that counts; 0 before the first. @throws {LockStoreError} `UNAVAILABLE` */
  async newestNumber(): Promise<number> {
    return (await this.#folder.numbers(this.#prefix)).at(-1) ?? 0;
  }

  /** The claim that counts. @throws {LockStoreError} `UNAVAILABLE`, `CORRUPT` */
  async newest(): Promise<Claim | undefined> {
    for (;;) {
      const number = await this.newestNumber();
      if (number === 0) return undefined;
      const record = await this.read(number);
      // A claim disappears only when newer ones have come.
      if (record !== undefined) return { number, record };
    }
  }

  /** One claim; undefined when there is none of this number. @throws {LockStoreError} `UNAVAILABLE`, `CORRUPT` */
  async read(number: number): Promise<OwnerRecord | undefined> {
    const name = this.#name(number);
    const bytes = await this.#folder.read(name);
    if (bytes === undefined) return undefined;
    return decodeOwnerRecord(bytes, this.#folder.pathOf(name), repairCommand(this.#folder, name));
  }

  /**
   * Makes the claim of this number; false when somebody was faster. It is looked again afterwards: a number
   * that was free because it is old counts for nothing. @throws {LockStoreError} `UNAVAILABLE`
   */
  async claim(number: number, record: OwnerRecord): Promise<boolean> {
    const made = await this.#folder.createExclusively(
      this.#name(number),
      encodeOwnerRecord(record),
    );
    return made && (await this.newestNumber()) === number;
  }

  /** Marks the caller's own claim as given back. @throws {LockStoreError} `UNAVAILABLE` */
  async release(number: number, record: OwnerRecord): Promise<void> {
    const bytes = encodeOwnerRecord({ ...record, released: true });
    await this.#folder.replace([{ name: this.#name(number), bytes }]);
  }

  /** Removes claims that were overtaken; the two newest always stay. @throws {LockStoreError} `UNAVAILABLE` */
  async prune(): Promise<void> {
    for (const number of (await this.#folder.numbers(this.#prefix)).slice(0, -2)) {
      await this.#folder.remove(this.#name(number));
    }
  }

  #name(number: number): string {
    return `${this.#prefix}${number}`;
  }
}
