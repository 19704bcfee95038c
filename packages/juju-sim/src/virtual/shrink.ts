import type { Move } from './move.ts';
import type { Outcome } from './play.ts';

/** A history that fails, and nothing in it that could be left out. */
export interface Shrunk {
  /** How it ended, and its moves. */
  readonly outcome: Outcome;
  /** How many histories were played to find it. */
  readonly tried: number;
}

/**
 * Looks for the shortest history that breaks the same promise: takes parts out, ever smaller ones, as long as it
 * still does. At most `triesMax` histories are played.
 */
export async function shrink(
  failed: Outcome,
  replay: (moves: readonly Move[]) => Promise<Outcome>,
  triesMax = 3_000,
): Promise<Shrunk> {
  let best = failed;
  let tried = 0;
  for (let size = Math.ceil(best.moves.length / 2); size >= 1; size = Math.floor(size / 2)) {
    let shortened = true;
    while (shortened) {
      shortened = false;
      // From the end, where what leads to the failure is least likely to be.
      for (let from = best.moves.length - size; from > -size; from -= size) {
        if (tried >= triesMax) return { outcome: best, tried };
        const begin = Math.max(from, 0);
        const without = [...best.moves.slice(0, begin), ...best.moves.slice(from + size)];
        tried += 1;
        const outcome = await replay(without);
        if (!breaksTheSame(outcome, failed)) continue;
        if (outcome.moves.length >= best.moves.length) continue;
        best = outcome;
        shortened = true;
      }
    }
  }
  return { outcome: best, tried };
}

function breaksTheSame(outcome: Outcome, failed: Outcome): boolean {
  return outcome.result === failed.result && outcome.promise === failed.promise;
}
