import * as z from 'zod/mini';

import type { ApplicationStatus } from '../status.ts';

const applicationStatus = z.object({
  application: z.string(),
  charm: z.string(),
  juju: z.enum(['3.6', '4.0']),
  status: z.string(),
  message: z.string(),
  settled: z.boolean(),
  hooks: z.number(),
  toolCalls: z.number(),
  units: z.array(
    z.object({
      unit: z.string(),
      leader: z.boolean(),
      life: z.enum(['alive', 'dying', 'dead']),
      agent: z.enum(['executing', 'idle', 'error', 'lost']),
      hook: z.optional(z.string()),
      workload: z.string(),
      message: z.string(),
    }),
  ),
});

/** The status as it came from another process. */
export function readStatus(value: unknown): ApplicationStatus {
  return applicationStatus.parse(value);
}
