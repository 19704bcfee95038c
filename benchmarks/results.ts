import * as z from 'zod/mini';

import { figureSchema } from './figure.ts';
import { hookTimesSchema } from './hook/hook-time.ts';
import { machineSchema } from './machine.ts';
import { rollCountSchema } from './roll/roll-count.ts';
import { exploringSpeedSchema } from './simulator/exploring-speed.ts';
import { simulatorSizeSchema } from './simulator/simulator-size.ts';

/** All that one run has measured; what `--json` prints. Parts that were not asked for are absent or empty. */
export const resultsSchema = z.strictObject({
  machine: machineSchema,
  figures: z.array(figureSchema),
  rolls: z.array(rollCountSchema),
  hooks: z.optional(hookTimesSchema),
  simulator: z.array(simulatorSizeSchema),
  exploring: z.optional(exploringSpeedSchema),
});

/** See {@link resultsSchema}. */
export type Results = z.infer<typeof resultsSchema>;
