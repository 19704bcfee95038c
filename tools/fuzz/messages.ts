import type { Range, Tally } from './fuzz-range.ts';

/** What a worker is started with. */
export interface Job extends Range {
  readonly decoder: string;
}

/** What a worker tells: how far it has come, and at the end what it found. */
export type Message =
  | { readonly tried: number }
  | {
      readonly tally: Tally;
      /** By how much its memory has grown over what it needed after the first inputs, at the most. */
      readonly grownBytes: number;
    };
