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
 * What a hook tool of Juju itself takes as a process, in milliseconds: 500 starts in 0.55 s, as
 * https://github.com/juju/juju/pull/21935 reports. It is the smaller of two figures that are known: a static
 * program in Go that asks over the socket took 6 ms on a machine with two cores.
 */
export const JUJU_TOOL_MS = 1.1;

/** What a hook would take if the tools that it starts took `toolMs` each instead of what they took. */
export function withToolsOf(
  toolMs: number,
  { ms, toolCalls, program }: HookTimes['hooks'][number],
  times: Pick<HookTimes, 'toolMs'>,
): number {
  return program === 'baton, socket' ? ms : ms - toolCalls * (times.toolMs - toolMs);
}
