import { BaseCoordinator, type CoordinatorOptions } from './coordinator.ts';
import type { Contest, Policy, Verdict } from './policy/policy.ts';
import { serial } from './policy/serial.ts';

/** How a {@link Serial} is made. */
export interface SerialOptions extends CoordinatorOptions {
  /** Who may hold a lock that has no policy of its own; one unit at a time where absent. */
  readonly policy?: Policy;
}

/** A coordinator that lets one unit at a time hold each lock, first come, first served, unless told otherwise. */
export class Serial extends BaseCoordinator {
  readonly #policy: Policy;

  constructor(options: SerialOptions) {
    super(options);
    this.#policy = options.policy ?? serial();
  }

  /** Answers by the policy that was given, else by {@link serial}: one unit at a time. */
  override defaultGrant(contest: Contest): Verdict {
    return this.#policy(contest);
  }
}
