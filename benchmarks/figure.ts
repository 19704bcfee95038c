import * as z from 'zod/mini';

/** One line of the table: something measured, next to what it is compared with in the same run. */
export const figureSchema = z.strictObject({
  /** What was measured. */
  name: z.string(),
  /** How long it took: a median, in milliseconds. */
  ms: z.number(),
  /** What it is compared with. */
  against: z.string(),
  /** How long that took: a median, in milliseconds. */
  againstMs: z.number(),
  /** How the two are compared. */
  compared: z.enum(['ratio', 'difference']),
  /** The quotient of the two, or their difference in milliseconds. */
  value: z.number(),
  /** The largest value allowed, where there is a limit. */
  limit: z.optional(z.number()),
  /** Whether the value is within the limit; absent where there is none. */
  met: z.optional(z.boolean()),
  /** What a reader should know besides. */
  note: z.optional(z.string()),
});

/** See {@link figureSchema}. */
export type Figure = Readonly<z.infer<typeof figureSchema>>;

/** Makes a figure from two medians. */
export function figure(
  given: Pick<Figure, 'name' | 'ms' | 'against' | 'againstMs' | 'compared' | 'limit' | 'note'>,
): Figure {
  const { ms, againstMs, compared, limit } = given;
  const value = compared === 'ratio' ? ms / againstMs : ms - againstMs;
  return limit === undefined ? { ...given, value } : { ...given, value, met: value <= limit };
}
