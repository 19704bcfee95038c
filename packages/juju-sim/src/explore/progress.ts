import { LivePicture } from '../cli/live-picture.ts';
import type { Output } from '../cli/output.ts';

/** Between two lines about the progress, in ms, where there is no terminal. */
const LINE_MS = 10_000;

/** Tells how far work has come: in place on a terminal, else now and then by a line. */
export class Progress {
  readonly #draw: () => void;
  readonly #picture: LivePicture | undefined;
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(terminal: Output['terminal'], text: () => string, line: () => void) {
    this.#picture = terminal && new LivePicture(terminal, text);
    this.#timer = terminal === undefined ? setInterval(line, LINE_MS) : undefined;
    this.#draw = () => this.#picture?.changed();
  }

  /** It has come further. */
  changed(): void {
    this.#draw();
  }

  /** The work is over: nothing is told any more, after the last picture. */
  end(): void {
    clearInterval(this.#timer);
    this.#picture?.now();
  }
}
