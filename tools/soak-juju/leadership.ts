/**
 * Keeps faults to what Juju promises a leader: for 30 seconds from a yes of `is-leader` nobody else leads. A
 * simulated election comes at once, also in the middle of a hook of the leader. That the leader is refused what
 * it writes then is a good trial. That it leads again within the same hook cannot be on a real Juju as long as
 * the hook is shorter than that, and it would write what it read before the other one led.
 */
export class Leadership {
  readonly #deposedInHook = new Set<string>();
  #leader: string | undefined;
  #moves = 0;

  /** How often somebody else led than before. */
  get moves(): number {
    return this.#moves;
  }

  /** Takes who leads now. */
  look(leader: string | undefined): void {
    if (leader === undefined || leader === this.#leader) return;
    if (this.#leader !== undefined) this.#moves += 1;
    this.#leader = leader;
  }

  /** Somebody else than this unit is about to be elected, in the middle of its hook. */
  depose(unit: string): void {
    this.#deposedInHook.add(unit);
  }

  /** A hook of a unit has ended, however it did. */
  hookEnded(unit: string): void {
    this.#deposedInHook.delete(unit);
  }

  /** Whether a unit may be elected now. */
  mayElect(unit: string): boolean {
    return !this.#deposedInHook.has(unit);
  }

  /** Whether the leader may go now: anybody may lead after it, by chance. */
  get mayEnd(): boolean {
    return this.#deposedInHook.size === 0;
  }
}
