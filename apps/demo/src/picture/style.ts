import type { Outcome, SegmentKind, TimelineMark } from './timeline.ts';

/** The picture's measures, in pixels. */
export const SIZE = {
  width: 1100,
  left: 92,
  right: 40,
  rowsTop: 128,
  row: 42,
  bar: 20,
  trafficGap: 72,
  traffic: 84,
  bottom: 58,
} as const;

/** The picture's colours and letters, apart from what has a meaning. */
export const INK = {
  text: '#1f2933',
  muted: '#5b6b7a',
  lines: '#e4e9ee',
  paper: '#ffffff',
  font: 'Helvetica, Arial, Liberation Sans, sans-serif',
} as const;

/** How something looks, and what the legend calls it. */
export interface Look {
  readonly name: string;
  readonly color: string;
}

/** The stretches of a unit's row. */
export const SEGMENTS: Readonly<Record<SegmentKind, Look>> = {
  old: { name: 'serves version 1', color: '#b3c7da' },
  waiting: { name: 'version 1, waits for the lock', color: '#f2cc6b' },
  down: { name: 'down, restarting', color: '#cf4456' },
  new: { name: 'serves version 2', color: '#4c9a6a' },
};

const SALTIRE = 'path://M0 2L2 0L5 3L8 0L10 2L7 5L10 8L8 10L5 7L2 10L0 8L3 5Z';

/** The signs in a unit's row. */
export const MARKS: Readonly<Record<TimelineMark['what'], Look & { readonly symbol: string }>> = {
  leads: { name: 'becomes leader', color: '#2d3a8c', symbol: 'diamond' },
  killed: { name: 'agent killed', color: '#000000', symbol: SALTIRE },
  revived: { name: 'agent started again', color: '#000000', symbol: 'triangle' },
};

/** What became of the client's requests. */
export const TRAFFIC: Readonly<Record<Outcome, Look>> = {
  answered: { name: 'answered at once', color: '#9fb1c1' },
  retried: { name: 'refused, then answered', color: '#e08e2b' },
  failed: { name: 'failed', color: '#7a0019' },
};

/** The outcomes as they are stacked, from below. */
export const OUTCOMES: readonly Outcome[] = ['answered', 'retried', 'failed'];

/** The kinds of stretches as they are drawn: what comes later covers what came before. */
export const LAYERS: readonly SegmentKind[] = ['old', 'new', 'waiting', 'down'];
