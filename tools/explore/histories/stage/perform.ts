import { Director } from './director.ts';
import type { History } from './history.ts';

/** How a history went. */
export interface Performance {
  /** Its text, as the page shows it. */
  readonly text: string;
  readonly worked: readonly string[];
  readonly holders: readonly string[];
}

/**
 * Plays a history from its beginning to its end.
 *
 * @throws {Violation} where more units were at work than may be
 * @throws {AssertionError} where others hold a lock at some point than the history says
 */
export async function perform(history: History): Promise<Performance> {
  const director = await Director.begin(history);
  await history.play(director);
  const { text, worked, holders } = director;
  return { text: `${headOf(history)}\n${text}`, worked, holders };
}

function headOf({ juju, units, shows, rule }: History): string {
  return `Shows: ${shows}\nRule:  ${rule}\nJuju:  ${juju}; ${units} units, db/0 leads.\n`;
}
