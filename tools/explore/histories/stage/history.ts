import type { JujuSeries } from '@baton/juju-sim/model';

import type { Director } from './director.ts';

/** One history that shows how a rule of the protocol works, and what has to come of it. */
export interface History {
  /** What it is called on the page, such as `leader-dies`. */
  readonly name: string;
  readonly juju: JujuSeries;
  /** How many units there are when it begins. */
  readonly units: number;
  /** What it shows: the first line of its text. */
  readonly shows: string;
  /** The rule of the protocol that decides it: the second line. */
  readonly rule: string;
  /** What happens, once the units have started and nothing moves any more. */
  readonly play: (director: Director) => Promise<void>;
  /** Which work was finished, in order: `db/0 restart`. */
  readonly worked: readonly string[];
  /** Who holds a lock when it is over: `restart db/0`. */
  readonly holders: readonly string[];
}
