import * as z from 'zod/mini';

/** What a search has found. */
export const foundSchema = z.object({
  /** How many seeds were played, the one that found it included; on both lines of Juju each. */
  seeds: z.number(),
  hooks: z.number(),
  /** Absent where every history kept every promise. */
  broken: z.optional(
    z.object({
      seed: z.number(),
      juju: z.string(),
      result: z.enum(['safety', 'liveness', 'crash']),
      promise: z.string(),
      message: z.string(),
    }),
  ),
});

/** What a search has found. */
export type Found = z.infer<typeof foundSchema>;
