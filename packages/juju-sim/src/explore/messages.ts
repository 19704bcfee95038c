import * as z from 'zod/mini';

import type { JujuSeries } from '../model/profile.ts';
import type { Outcome } from '../virtual/play.ts';
import type { UnitRange } from './explore-options.ts';

/** What a worker is asked to do. */
export type Job = PlayJob | TraceJob | ShrinkJob;

/** Histories one after another, until one fails. */
export interface PlayJob {
  readonly do: 'play';
  readonly juju: JujuSeries;
  readonly first: number;
  readonly count: number;
  readonly units: UnitRange;
}

/** One history, and its events into the file of the trace. */
interface TraceJob {
  readonly do: 'trace';
  readonly juju: JujuSeries;
  readonly seed: number;
  readonly units: UnitRange;
}

/** The shortest history that fails as one does, and its events into the file of the trace. */
export interface ShrinkJob {
  readonly do: 'shrink';
  readonly juju: JujuSeries;
  readonly seed: number;
  readonly units: UnitRange;
  /** After that many ms the shortest so far has to do. */
  readonly msMax: number;
}

/** How a history ended. */
export type Ending = Pick<Outcome, 'result' | 'promise' | 'message'>;

/** The shortest history that was found, each move as a text. */
export interface Shortest extends Ending, Pick<Outcome, 'units' | 'start'> {
  readonly moves: readonly string[];
  /** How many moves the history had at first. */
  readonly movesBefore: number;
  readonly tried: number;
  /** Whether time was over before everything was tried. */
  readonly cutShort: boolean;
}

/** What a worker tells. */
export type Message =
  | { readonly is: 'ready' }
  /** The scenario cannot be loaded. */
  | { readonly is: 'unusable'; readonly why: string }
  | PlayedMessage
  | { readonly is: 'shrinking'; readonly tried: number; readonly moves: number }
  | { readonly is: 'shrunk'; readonly shortest: Shortest }
  /** The job is done. */
  | { readonly is: 'done' };

/** A history was played. */
export interface PlayedMessage extends Pick<Outcome, 'hooks' | 'toolCalls'> {
  readonly is: 'played';
  readonly seed: number;
  readonly ending: Ending;
}

const jujuSchema = z.enum(['3.6', '4.0']);
const history = {
  juju: jujuSchema,
  units: z.object({ least: z.int(), most: z.int() }),
};
const jobSchema = z.discriminatedUnion('do', [
  z.object({ do: z.literal('play'), ...history, first: z.int(), count: z.int() }),
  z.object({ do: z.literal('trace'), ...history, seed: z.int() }),
  z.object({ do: z.literal('shrink'), ...history, seed: z.int(), msMax: z.number() }),
]);

const ending = {
  result: z.enum(['passed', 'safety', 'liveness', 'crash']),
  promise: z.string(),
  message: z.string(),
};
const messageSchema = z.discriminatedUnion('is', [
  z.object({ is: z.literal('ready') }),
  z.object({ is: z.literal('unusable'), why: z.string() }),
  z.object({
    is: z.literal('played'),
    seed: z.int(),
    hooks: z.int(),
    toolCalls: z.int(),
    ending: z.object(ending),
  }),
  z.object({ is: z.literal('shrinking'), tried: z.int(), moves: z.int() }),
  z.object({
    is: z.literal('shrunk'),
    shortest: z.object({
      ...ending,
      units: z.int(),
      start: z.enum(['cold', 'settled']),
      moves: z.array(z.string()),
      movesBefore: z.int(),
      tried: z.int(),
      cutShort: z.boolean(),
    }),
  }),
  z.object({ is: z.literal('done') }),
]);

/** Reads what came from the process that started the worker. */
export function parseJob(value: unknown): Job {
  return jobSchema.parse(value);
}

/** Reads what came from a worker. */
export function parseMessage(value: unknown): Message {
  return messageSchema.parse(value);
}
