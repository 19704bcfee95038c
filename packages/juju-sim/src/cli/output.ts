/** Where the command writes, a line or several at a time, without the last line feed. */
export interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** The terminal for a picture that is drawn again and again, if there is one. */
  readonly terminal: { write: (text: string) => unknown } | undefined;
}
