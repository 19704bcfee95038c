import type { JujuSeries } from '../model/profile.ts';
import type { VirtualObserver } from './observer.ts';
import type { Corruptible, VirtualApplication } from './virtual-application.ts';
import type { VirtualCharm } from './virtual-hook.ts';

/** What a scenario may depend on. */
export interface ScenarioOptions {
  /** The line of Juju. */
  readonly juju: JujuSeries;
  /** The seed of the history. */
  readonly seed: number;
  /** For what the scenario varies from seed to seed; ask it a fixed number of times. */
  readonly random: () => number;
}

/** What is explored: a charm, and who watches it. One is made for each history. */
export type Scenario = (options: ScenarioOptions) => Subject;

/** A charm under test, with its witnesses. Its members are called in the order in which they stand here. */
export interface Subject extends VirtualObserver {
  /** The charm's code of any hook. */
  readonly charm: VirtualCharm;
  /** The documents that somebody may write over. */
  readonly corruptible?: Corruptible;
  /** The application is made; nothing has happened in it. */
  starts(application: VirtualApplication): void;
  /** From now on things go wrong, and the charm may want things. */
  faultsBegin(): void;
  /** From now on nothing goes wrong any more, and the charm wants nothing new. */
  faultsEnd(): void;
  /** What was asked for and not served, when nothing moves any more: a line each. */
  unserved(): readonly string[];
  /** Why that may wait for `update-status`; `undefined` where it may not. */
  excuse(): string | undefined;
}
