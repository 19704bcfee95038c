import type { JujuSeries } from '../model/profile.ts';
import { seededRandom } from '../seeded-random.ts';
import { makeMoves } from './make-moves.ts';
import type { Move } from './move.ts';
import { Violation } from './observer.ts';
import { RandomMoves } from './random-moves.ts';
import type { Scenario, Subject } from './scenario.ts';
import type { TraceEvent } from './trace.ts';
import { START_MS, VirtualApplication } from './virtual-application.ts';

/** Which history is played. */
export interface PlayOptions {
  /** The line of Juju. */
  readonly juju: JujuSeries;
  /** What everything random is made from. */
  readonly seed: number;
  /** How many units there are at the beginning: one of this range, by the seed. */
  readonly units: {
    /** The smallest number of units there may be. */
    readonly least: number;
    /** The largest, itself included. */
    readonly most: number;
  };
  /** The moves to make with faults, instead of those that the seed chooses. */
  readonly moves?: readonly Move[];
  /** Whether faults begin before the first hook, or when everything has settled; by the seed unless given. */
  readonly start?: 'cold' | 'settled';
  /** Told of each event as it happens; without it, none is made. */
  readonly onEvent?: (event: TraceEvent) => void;
}

/** How a history ended. */
export interface Outcome {
  /** Whether a promise was broken and which kind it is of, or whether something else was thrown. */
  readonly result: 'passed' | 'safety' | 'liveness' | 'crash';
  /** Which promise was broken, or how it crashed. */
  readonly promise: string;
  /** What happened; empty if nothing is wrong. */
  readonly message: string;
  /** The moves that were made before the faults ended. */
  readonly moves: readonly Move[];
  /** How many units there were at the beginning. */
  readonly units: number;
  /** Whether the units had settled when the faults began, or had run no hook yet. */
  readonly start: 'cold' | 'settled';
  /** How many hooks and actions began. */
  readonly hooks: number;
  /** How many hook tools were called, counted when their hook is flushed. */
  readonly toolCalls: number;
}

/** With faults: so many moves, at least and at most. */
const MOVES_MIN = 100;
const MOVES_MAX = 700;

/** Without faults: more hooks than that end nothing. */
const SETTLING_MOVES_MAX = 40_000;

/** The event with which the faults begin. */
export const FAULTS_BEGIN = 'from here on things go wrong';

const UPDATE_STATUS_ROUNDS_MS = 1_500_000;

/** Plays one history: first with faults, then without, until nobody has anything to do. It does not throw. */
export async function play(scenario: Scenario, options: PlayOptions): Promise<Outcome> {
  const random = seededRandom(options.seed);
  const { least, most } = options.units;
  const units = least + Math.floor(random() * (most - least + 1));
  const subject = scenario({ juju: options.juju, seed: options.seed, random });
  const application = new VirtualApplication({
    juju: options.juju,
    units,
    seed: options.seed,
    charm: subject.charm,
    observer: subject,
    ...(subject.corruptible === undefined ? {} : { corruptible: subject.corruptible }),
    ...(options.onEvent === undefined ? {} : { onEvent: options.onEvent }),
  });
  subject.starts(application);
  const moves: Move[] = [];
  const startBySeed = random() < 0.5 ? 'settled' : 'cold';
  const start = options.start ?? startBySeed;
  const outcome = (result: Outcome['result'], promise: string, message: string): Outcome => ({
    result,
    promise,
    message,
    moves,
    units,
    start,
    hooks: application.model.counters.hooks,
    toolCalls: application.model.counters.toolCalls,
  });
  const note = (text: string): void => {
    options.onEvent?.({ atMs: application.now - START_MS, unit: '', hook: '', text });
  };
  try {
    if (start === 'settled') {
      application.model.setUpdateStatus(false);
      await settle(application, seededRandom(options.seed + 1));
      application.model.setUpdateStatus(true);
    }
    note(FAULTS_BEGIN);
    subject.faultsBegin();
    await makeAll(options.moves ?? faultsAmongMoves(application, random), application, moves);
    note('from here on nothing goes wrong');
    await endFaults(application, subject, seededRandom(options.seed + 2));
    return outcome('passed', '', '');
  } catch (error) {
    if (error instanceof Violation) return outcome(error.kind, error.promise, error.message);
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const first = error instanceof Error ? `${error.name}: ${error.message}` : text;
    return outcome('crash', first, text);
  }
}

/** The moves that the seed chooses, each when the one before was made. */
function* faultsAmongMoves(application: VirtualApplication, random: () => number): Iterable<Move> {
  const choices = new RandomMoves(application, random);
  const length = MOVES_MIN + Math.floor(random() * random() * (MOVES_MAX - MOVES_MIN));
  for (let count = 0; count < length; count += 1) {
    const move = choices.next();
    if (move !== undefined) yield move;
  }
}

/** Makes the moves that can be made, and notes them. */
async function makeAll(
  moves: Iterable<Move>,
  application: VirtualApplication,
  noted: Move[],
): Promise<void> {
  const coming = moves[Symbol.iterator]();
  const next = (): Move | undefined => {
    const { done, value: move } = coming.next();
    if (done === true) return undefined;
    // Noted first: a move that breaks a promise was made, too.
    noted.push(move);
    return move;
  };
  await makeMoves(application, next, () => void noted.pop());
}

/** Faults stop: everything that was asked for must be served, and then everything must come to rest. */
async function endFaults(
  application: VirtualApplication,
  subject: Subject,
  random: () => number,
): Promise<void> {
  const { model } = application;
  model.setUpdateStatus(false);
  subject.faultsEnd();
  await application.apply({ do: 'see-again' });
  for (const machine of application.units) {
    machine.failsNextCall = false;
    machine.losesNextAnswer = false;
    machine.failsNextFlush = false;
    await application.apply({ do: 'start', unit: machine.unit });
    if (!machine.isSuspended(application.now))
      await application.apply({ do: 'reconnect', unit: machine.unit });
  }
  await settle(application, random);
  while (await application.apply({ do: 'mend' })) await settle(application, random);
  let unserved = subject.unserved();
  if (unserved.length > 0 && subject.excuse() !== undefined) {
    model.setUpdateStatus(true);
    await settle(application, random, UPDATE_STATUS_ROUNDS_MS);
    unserved = subject.unserved();
  }
  const [first] = unserved;
  if (first !== undefined)
    throw new Violation('liveness', 'everything that was asked for is served', first);
}

/** Lets the units do what they do, and hear what there is to hear, until nothing moves; or for so long. */
async function settle(
  application: VirtualApplication,
  random: () => number,
  forMs = Infinity,
): Promise<void> {
  const choices = new RandomMoves(application, random);
  const until = application.now + forMs;
  let count = 0;
  const next = (): Move | undefined => {
    const move = choices.ofSomebody() ?? choices.untilSomething();
    if (move === undefined || application.now > until) return undefined;
    count += 1;
    if (count <= SETTLING_MOVES_MAX) return move;
    throw new Violation(
      'liveness',
      'hooks come to an end',
      `after ${SETTLING_MOVES_MAX} moves without faults there are still hooks to run`,
    );
  };
  await makeMoves(application, next);
}
