import { moveText, type Move } from '../virtual/move.ts';
import { play, type Outcome, type PlayOptions } from '../virtual/play.ts';
import type { Scenario } from '../virtual/scenario.ts';
import { shrink } from '../virtual/shrink.ts';
import type { TraceEvent } from '../virtual/trace.ts';
import type { Shortest } from './messages.ts';

/** Which history is shortened, and for how long. */
export interface ShorteningOptions extends Pick<PlayOptions, 'juju' | 'seed' | 'units'> {
  /** After that many ms of the wall's clock the shortest so far has to do. */
  readonly msMax: number;
  /** Told after each history that was tried: how many, and the moves of the shortest so far. */
  readonly onTried: (tried: number, moves: number) => void;
  /** The events of the shortest history, at the end. */
  readonly onEvent: (event: TraceEvent) => void;
}

/**
 * Plays a history, and looks for a shorter one that fails in the same way: with fewer moves, with fewer units, and
 * from a start at which everything has settled.
 */
export async function shortestHistory(
  scenario: Scenario,
  { juju, seed, units, msMax, onTried, onEvent }: ShorteningOptions,
): Promise<Shortest> {
  const until = performance.now() + msMax;
  const first = await play(scenario, { juju, seed, units });
  let best = first;
  let tried = 0;
  let cutShort = false;

  const replay = async (moves: readonly Move[], from: From): Promise<Outcome> => {
    if (performance.now() >= until) {
      cutShort = true;
      return { ...first, result: 'passed' };
    }
    tried += 1;
    const range = { least: from.units, most: from.units };
    const outcome = await play(scenario, { juju, seed, units: range, start: from.start, moves });
    onTried(tried, best.moves.length);
    return outcome;
  };
  const simplify = async (): Promise<boolean> => {
    for (const from of simplerThan(best, units.least)) {
      const outcome = await replay(best.moves, from);
      if (!failsLike(first, outcome)) continue;
      best = outcome;
      return true;
    }
    return false;
  };

  if (first.result !== 'passed') {
    do {
      const from = best;
      const shrunk = await shrink(from, async (moves) => {
        const outcome = await replay(moves, from);
        if (failsLike(first, outcome) && outcome.moves.length < best.moves.length) best = outcome;
        return outcome;
      });
      best = shrunk.outcome;
    } while (await simplify());
  }
  const { result, promise, message } = await play(scenario, {
    juju,
    seed,
    units: { least: best.units, most: best.units },
    start: best.start,
    moves: best.moves,
    onEvent,
  });
  return {
    result,
    promise,
    message,
    units: best.units,
    start: best.start,
    moves: best.moves.map(moveText),
    movesBefore: first.moves.length,
    tried,
    cutShort,
  };
}

/** From what a history begins. */
type From = Pick<Outcome, 'units' | 'start'>;

/** What a history may begin from instead, the simplest first: fewer units, and then a settled start. */
function simplerThan({ units, start }: From, unitsMin: number): From[] {
  const simpler: From[] = [];
  for (let fewer = unitsMin; fewer < units; fewer += 1) {
    if (start === 'cold') simpler.push({ units: fewer, start: 'settled' });
    simpler.push({ units: fewer, start });
  }
  if (start === 'cold') simpler.push({ units, start: 'settled' });
  return simpler;
}

function failsLike(first: Outcome, { result, promise }: Outcome): boolean {
  return result === first.result && promise === first.promise;
}
