import type { JujuSeries } from '@baton/juju-sim/model';

/**
 * The fewest hooks that a rolling restart can take by Juju's rules, where units ask and give back in their own
 * databags and the leader grants to one unit after another.
 *
 * - Each unit runs one `config-changed`, the request: `N`.
 * - The leader hears each of the others ask, and later hears it give back; between the two it has to have
 *   granted, so these never become one: `2 (N − 1)`.
 * - Each of the others hears at least the last thing that each of its fellows but the leader wrote:
 *   `(N − 1) (N − 2)`. The leader needs to write nothing of its own.
 * - Each of the others hears its own grant, and all but the last hear of a later one: `2 (N − 1) − 1`.
 * - In the application's databag, which is where grants are on Juju 4, the leader hears of its own writes too: `1`.
 *
 * It supposes that everything else that happens while a unit is busy reaches it as one.
 */
export function leastHooks(units: number, juju: JujuSeries): number {
  if (units === 1) return 1;
  const others = units - 1;
  const toLeader = 2 * others;
  const toFellows = others * (units - 2);
  const grants = 2 * others - 1;
  return units + toLeader + toFellows + grants + (juju === '4.0' ? 1 : 0);
}

/**
 * As {@link leastHooks}, where every agent hears of each change before the next: nothing becomes one. Each of
 * the others writes twice, and the leader grants to each of them in a write of its own.
 */
export function hooksOneByOne(units: number, juju: JujuSeries): number {
  const others = units - 1;
  const sheets = 2 * others * others;
  const grants = others * (juju === '4.0' ? units : others);
  return units + sheets + grants;
}
