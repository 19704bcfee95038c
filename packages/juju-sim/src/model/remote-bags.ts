import type { Bag } from './bag.ts';
import type { UnitName } from './names.ts';

/**
 * The agent's cache of other units' databags. It lives as long as the agent, over many hooks: what
 * was read of a member stays as it was read until a hook of the relation names that member. Only what
 * was read of units that are no members is forgotten with each hook.
 */
export class RemoteBags {
  readonly #members = new Map<UnitName, Bag | undefined>();
  readonly #others = new Map<UnitName, Bag>();
  #sorted: readonly UnitName[] | undefined;

  /** The members, sorted as text: what `relation-list` shows. */
  members(): readonly UnitName[] {
    return (this.#sorted ??= Object.freeze([...this.#members.keys()].toSorted()));
  }

  /** Begins a hook of a unit that knows these members. */
  prune(members: ReadonlyMap<UnitName, unknown>): void {
    this.#others.clear();
    for (const unit of this.#members.keys()) if (!members.has(unit)) this.remove(unit);
    for (const unit of members.keys()) if (!this.#members.has(unit)) this.invalidate(unit);
  }

  /** The hook is about this unit having joined or changed: it is a member and read anew. */
  invalidate(unit: UnitName): void {
    if (!this.#members.has(unit)) this.#sorted = undefined;
    this.#members.set(unit, undefined);
  }

  /** The hook is about this unit having departed. */
  remove(unit: UnitName): void {
    if (this.#members.delete(unit)) this.#sorted = undefined;
  }

  /** The bag as it was first read, or as `read` gives it now. */
  get(unit: UnitName, read: () => Bag): Bag {
    const isMember = this.#members.has(unit);
    const known = isMember ? this.#members.get(unit) : this.#others.get(unit);
    if (known !== undefined) return known;
    const bag = read();
    if (isMember) this.#members.set(unit, bag);
    else this.#others.set(unit, bag);
    return bag;
  }
}
