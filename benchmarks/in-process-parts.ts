/** What is measured inside one process, in the bundle. */
export const inProcessParts = ['decide', 'memory-hook', 'file-hook', 'cold-start'] as const;

/** One of {@link inProcessParts}. */
export type InProcessPart = (typeof inProcessParts)[number];
