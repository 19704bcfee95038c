import type { Move } from './move.ts';

/** What may go wrong in a history. */
export type FaultKind = Exclude<
  Move['do'],
  'step' | 'resume' | 'deliver' | 'wait' | 'start' | 'reconnect' | 'see-again' | 'mend'
>;

/** How often each kind of fault happens, in a thousand moves. A seed leaves some kinds out, and has more of others. */
export const FAULT_RATES: ReadonlyMap<FaultKind, number> = new Map<FaultKind, number>([
  ['fail', 6],
  ['kill', 4],
  ['fail-call', 3],
  ['lose-answer', 2],
  ['fail-flush', 4],
  ['crash', 4],
  ['lapse', 5],
  ['cut-off', 2],
  ['set-clock', 2],
  ['suspend', 1],
  ['add-unit', 1],
  ['remove-unit', 2],
  ['force-remove', 1],
  ['lose-sight', 1],
  ['corrupt', 1],
  ['action', 4],
  ['set-config', 4],
]);

/** How often what was broken is mended, in a thousand moves while something is. */
export const MENDING_RATE = 60;

/** How often time passes of which nothing makes use, in a thousand moves. */
export const WAITING_RATE = 120;

/** By what a rate is multiplied in one seed. */
const FACTORS = [0, 0, 1, 3, 10];

/** The faults of one seed: each kind is left out, as often as usual, or several times as often. */
export function chooseFaults(random: () => number): ReadonlyMap<FaultKind, number> {
  const rates = new Map<FaultKind, number>();
  for (const [kind, rate] of FAULT_RATES) {
    const factor = FACTORS[Math.floor(random() * FACTORS.length)] ?? 0;
    if (factor > 0) rates.set(kind, rate * factor);
  }
  return rates;
}
