import * as z from 'zod/mini';

/** What a hook finds, in an application of a leader with thirty peers. */
export const situations = ['follower', 'waiting follower', 'leader'] as const;

/** One of {@link situations}. */
export type Situation = (typeof situations)[number];

/** What runs in a hook, and how it calls hook tools. */
export const programs = ['charmhelpers', 'baton, spawning', 'baton, socket'] as const;

/** One of {@link programs}. */
export type Program = (typeof programs)[number];

/** How long hooks took as processes of their own: medians of one run, in milliseconds. */
export const hookTimesSchema = z.strictObject({
  hooks: z.array(
    z.strictObject({
      situation: z.enum(situations),
      program: z.enum(programs),
      ms: z.number(),
      toolCalls: z.number(),
    }),
  ),
  /** A dispatch that starts Node, or Python, on an empty file. */
  bareNodeMs: z.number(),
  barePythonMs: z.number(),
  /** A hook tool of juju-sim, started as a process. */
  toolMs: z.number(),
});

/** See {@link hookTimesSchema}. */
export type HookTimes = z.infer<typeof hookTimesSchema>;

/**
 * What a hook tool of Juju itself takes as a process, as a share of one of juju-sim's: a static program in Go of
 * 6.6 MB that calls the agent once over its socket took 3.81 ms where juju-sim's took 3.89 ms, medians of 200 each in
 * turns on a machine with two cores. Juju's own are larger.
 */
export const JUJU_TOOL_SHARE = 0.98;

/** What a hook would take if the tools that it starts took that share of what they took. */
export function withToolsOf(
  share: number,
  { ms, toolCalls, program }: HookTimes['hooks'][number],
  times: Pick<HookTimes, 'toolMs'>,
): number {
  return program === 'baton, socket' ? ms : ms - toolCalls * times.toolMs * (1 - share);
}
