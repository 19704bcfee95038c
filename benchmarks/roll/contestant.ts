/** What coordinates a rolling restart. */
export const contestants = ['charmhelpers', 'rollingops', 'baton'] as const;

/** One of {@link contestants}. */
export type Contestant = (typeof contestants)[number];
