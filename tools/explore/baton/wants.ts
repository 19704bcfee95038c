import { Violation } from '@baton/juju-sim/virtual';

/** What became of one unit's wish for one lock. */
interface Wish {
  /** Whether the unit still has to work under the lock. */
  wanted: boolean;
  /** Whether the others can know of it: a hook that asked has succeeded. */
  asked: boolean;
  /** Whether the unit may work once more than it wanted to, since a hook about this lock has failed. */
  mayRepeat: boolean;
}

/**
 * What the units want, as a charm keeps it on disk: a unit that restarts after a failed hook wants it still. It
 * checks that nobody works more often than it wanted, unless a hook failed.
 */
export class Wants {
  readonly #wishes = new Map<string, Map<string, Wish>>();

  /** The unit wants to work under the lock once. */
  add(unit: string, lock: string): void {
    this.#of(unit, lock).wanted = true;
  }

  has(unit: string, lock: string): boolean {
    return this.#of(unit, lock).wanted;
  }

  /** The unit wants it no more. */
  drop(unit: string, lock: string): void {
    const wish = this.#of(unit, lock);
    wish.wanted = false;
    wish.asked = false;
  }

  /** What the unit has asked for and given back is lost: it asks again in its next hook, and may be served again. */
  forget(unit: string, lock: string): void {
    const wish = this.#of(unit, lock);
    wish.asked = false;
    wish.mayRepeat = true;
  }

  /** @throws {Violation} where the unit has worked already, and no hook about it failed */
  worksUnder(unit: string, lock: string): void {
    const wish = this.#of(unit, lock);
    if (wish.wanted || wish.mayRepeat) return;
    throw new Violation(
      'safety',
      'no request is served twice unless its hook failed',
      `${unit} is granted ${lock} though it has done its work, and no hook of it has failed`,
    );
  }

  /** A hook about the lock is over. If it failed, what it did may come again, as long as its request is open. */
  hookEnded(unit: string, lock: string, committed: boolean, isOpen: boolean): void {
    const wish = this.#of(unit, lock);
    wish.mayRepeat = committed ? wish.mayRepeat && isOpen : true;
    if (committed && isOpen) wish.asked = true;
  }

  unitGone(unit: string): void {
    this.#wishes.delete(unit);
  }

  /** Who has asked and still has to work. */
  *unserved(): Iterable<{ readonly unit: string; readonly lock: string }> {
    for (const [unit, wishes] of this.#wishes)
      for (const [lock, { wanted, asked }] of wishes) if (wanted && asked) yield { unit, lock };
  }

  #of(unit: string, lock: string): Wish {
    let wishes = this.#wishes.get(unit);
    if (wishes === undefined) this.#wishes.set(unit, (wishes = new Map()));
    let wish = wishes.get(lock);
    if (wish === undefined) {
      wish = { wanted: false, asked: false, mayRepeat: false };
      wishes.set(lock, wish);
    }
    return wish;
  }
}
