const redrawMs = 100;

/** A text on a terminal that is drawn again in the same place. */
export class LivePicture {
  readonly #terminal: { write: (text: string) => unknown };
  readonly #draw: () => string;
  #lines = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(terminal: { write: (text: string) => unknown }, draw: () => string) {
    this.#terminal = terminal;
    this.#draw = draw;
  }

  /** Something changed: the picture is drawn again, at most ten times a second. */
  changed(): void {
    this.#timer ??= setTimeout(() => this.now(), redrawMs);
  }

  /** Draws the picture now. */
  now(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.#draw();
    const up = this.#lines === 0 ? '' : `\u001b[${this.#lines}A\u001b[J`;
    this.#terminal.write(`${up}${text}\n`);
    this.#lines = text.split('\n').length;
  }
}
