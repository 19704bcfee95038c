import type { Bag } from './bag.ts';
import { Refusal } from './refusal.ts';

const maxKeyBytes = 256;
const maxValueBytes = 65_536;

/** The charm state of the unit as one hook sees it. Unlike in a databag, an empty value is a value. */
export class ContextState {
  readonly #read: () => Bag;
  #values: Map<string, string> | undefined;
  #changed = false;

  constructor(read: () => Bag) {
    this.#read = read;
  }

  /** The state at first touch, with what this hook has set. */
  values(): Bag {
    return (this.#values ??= new Map(this.#read()));
  }

  /** The whole state, if the hook changed it. */
  get written(): Bag | undefined {
    return this.#changed ? this.values() : undefined;
  }

  /** Sets a key when the hook ends. @throws {Refusal} for keys above 256 bytes, values above 65,536 */
  set(key: string, value: string): void {
    if (Buffer.byteLength(key) > maxKeyBytes)
      throw new Refusal(`max allowed key length (${maxKeyBytes}) exceeded`);
    if (Buffer.byteLength(value) > maxValueBytes)
      throw new Refusal(`max allowed value length (${maxValueBytes}) exceeded`);
    if (this.values().get(key) === value) return;
    this.#values?.set(key, value);
    this.#changed = true;
  }

  /** Deletes a key when the hook ends; one that is not there is no error. */
  delete(key: string): void {
    this.values();
    if (this.#values?.delete(key)) this.#changed = true;
  }
}
