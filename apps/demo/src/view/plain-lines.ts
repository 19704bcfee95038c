import { changesBetween } from '../changes.ts';
import type { Snapshot } from '../snapshot.ts';
import type { View } from './view.ts';

/** A line for each event, with the seconds since the start: for pipes and logs. */
export class PlainLines implements View {
  readonly #write: (text: string) => void;
  readonly #began = performance.now();
  #last: Snapshot | undefined;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  show(snapshot: Snapshot): void {
    for (const line of changesBetween(this.#last, snapshot)) this.say(line);
    this.#last = snapshot;
  }

  say(line: string): void {
    const seconds = (performance.now() - this.#began) / 1000;
    this.#write(`${seconds.toFixed(2).padStart(6)}s  ${line}\n`);
  }

  end(): void {
    this.#last = undefined;
  }
}
