import * as z from 'zod/mini';

import { contestants } from './contestant.ts';

const callsPerHook = z.strictObject({
  /** The least, the mean and the most hook tools that a hook called. */
  least: z.number(),
  mean: z.number(),
  most: z.number(),
});

/** What one rolling restart took, from the request until every unit has restarted and nothing is to be done. */
export const rollCountSchema = z.strictObject({
  contestant: z.enum(contestants),
  juju: z.enum(['3.6', '4.0']),
  units: z.number(),
  /** `processes`: each hook was a process; `virtual`: inside one process, one hook at a time. */
  driver: z.enum(['processes', 'virtual']),
  hooks: z.number(),
  toolCalls: z.number(),
  /** See `WrittenBytes`. */
  bytes: z.number(),
  /** The wall's clock with processes; virtually what was waited for timers, as hooks take no time there. */
  seconds: z.number(),
  /** Hooks by the kind of hook. */
  hooksByKind: z.record(z.string(), z.number()),
  /** Calls by the tool. */
  callsByTool: z.record(z.string(), z.number()),
  follower: callsPerHook,
  leader: callsPerHook,
});

/** See {@link rollCountSchema}. */
export type RollCount = z.infer<typeof rollCountSchema>;

/** One hook that ran. */
export interface RanHook {
  readonly kind: string;
  readonly leads: boolean;
  readonly tools: readonly string[];
}

/** Adds up the hooks of a roll. */
export function countHooks(
  ran: readonly RanHook[],
): Pick<RollCount, 'hooks' | 'toolCalls' | 'hooksByKind' | 'callsByTool' | 'follower' | 'leader'> {
  const tools = ran.flatMap((hook) => hook.tools);
  return {
    hooks: ran.length,
    toolCalls: tools.length,
    hooksByKind: tally(ran.map(({ kind }) => kind)),
    callsByTool: tally(tools),
    follower: spread(ran.filter(({ leads }) => !leads).map((hook) => hook.tools.length)),
    leader: spread(ran.filter(({ leads }) => leads).map((hook) => hook.tools.length)),
  };
}

function tally(words: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return Object.fromEntries([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function spread(values: readonly number[]): z.infer<typeof callsPerHook> {
  if (values.length === 0) return { least: 0, mean: 0, most: 0 };
  const sum = values.reduce((total, value) => total + value, 0);
  // Not spread over arguments: there are tens of thousands.
  const sorted = values.toSorted((a, b) => a - b);
  return { least: sorted[0] ?? 0, mean: sum / values.length, most: sorted.at(-1) ?? 0 };
}
