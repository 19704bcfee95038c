/** Whether Juju started this process, or one that started it in turn. */
export function isUnderJuju(): boolean {
  return hookId() !== undefined;
}

/** What tells one run of a hook from every other; undefined where Juju is not. */
function hookId(): string | undefined {
  return process.env['JUJU_CONTEXT_ID'] || undefined;
}

/** Remembers an answer of Juju that is the same as long as the hook lasts; outside Juju it remembers nothing. */
export class HookMemo<Answer> {
  readonly #ask: () => Promise<Answer>;
  #hook: string | undefined;
  #answer: Promise<Answer> | undefined;

  /** Asks by `ask`, when the answer is needed. */
  constructor(ask: () => Promise<Answer>) {
    this.#ask = ask;
  }

  /** The answer, asked for once a hook. */
  get(): Promise<Answer> {
    const hook = hookId();
    if (hook === undefined || hook !== this.#hook || this.#answer === undefined) {
      this.#hook = hook;
      this.#answer = this.#ask();
    }
    return this.#answer;
  }
}
