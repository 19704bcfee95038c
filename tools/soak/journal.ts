import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/** What a unit notes, in the order in which it happened. */
export type Event = 'started' | 'asked' | 'began' | 'ended';

/** One line of a journal: for `started` the process, for the others the ticket of the request. */
export interface Entry {
  readonly event: Event;
  readonly number: number;
}

/** Notes what a unit does; what was noted survives the process. */
export class Journal {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  note(event: Event, number: number): void {
    appendFileSync(this.#path, `${event} ${number}\n`);
  }
}

/** Reads a journal; empty where there is none. */
export function readJournal(path: string): readonly Entry[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => {
    const [event, number] = line.split(' ');
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only Journal writes these files
    return { event: event as Event, number: Number(number) };
  });
}

/** What a journal shows. */
export interface Audit {
  /** Requests that were served, each counted once. */
  readonly served: number;
  /** Requests that were served again, after the unit was killed before it could publish. */
  readonly repeated: number;
  /** Sentences that say what went wrong. */
  readonly violations: readonly string[];
}

/**
 * Checks that a unit was served every request of which it knew that it was published, in the order of its
 * tickets, and again only after it was killed; and that one that was killed inside the operation went on
 * with the same request.
 */
export function auditJournal(unit: string, entries: readonly Entry[]): Audit {
  const violations: string[] = [];
  const asked = new Set<number>();
  const ended = new Set<number>();
  let repeated = 0;
  let begun: number | undefined;
  let last = 0;
  let begunSinceStart = false;
  for (const { event, number } of entries) {
    if (event === 'started') begunSinceStart = false;
    if (event === 'asked') asked.add(number);
    if (event === 'began') {
      if (begun !== undefined && begun !== number) {
        violations.push(`${unit} was killed inside request ${begun} and went on with ${number}`);
      }
      if (number < last) violations.push(`${unit} was served ${number} after ${last}`);
      if (number === last) {
        repeated += 1;
        if (begunSinceStart) violations.push(`${unit} was served ${number} twice by one process`);
      }
      begunSinceStart = true;
      begun = number;
      last = number;
    }
    if (event === 'ended') {
      begun = undefined;
      ended.add(number);
    }
  }
  if (begun !== undefined) violations.push(`${unit} never came back to request ${begun}`);
  for (const ticket of asked) {
    if (!ended.has(ticket)) violations.push(`request ${ticket} of ${unit} was lost`);
  }
  if (ended.size === 0) violations.push(`${unit} was never served`);
  return { served: ended.size, repeated, violations };
}
