import { inspect } from 'node:util';
import type { Logger, LockStore } from '@baton/coordinator';
import { HookQueue } from './hook-queue.ts';
import { HookExit } from './hook-exit.ts';
import type { Hooks } from './hooks.ts';
import { pause } from './pause.ts';

/** How long the agent waits before it runs a failed hook again. */
export interface RetryOptions {
  /** The wait after the first failure, in milliseconds; 5,000 by default. */
  readonly firstMs?: number;
  /** The longest wait, in milliseconds; 300,000 by default. */
  readonly maxMs?: number;
  /** By how much each wait is longer than the one before, 1 or more; 2 by default. */
  readonly factor?: number;
}

/** What {@link runAgent} is told. */
export interface AgentOptions {
  /** The charm's code. */
  readonly hooks: Pick<Hooks, 'run'>;
  /** The store of this agent's unit; whoever made it closes it, after the agent has stopped. */
  readonly store: Pick<LockStore, 'unit' | 'watch'>;
  /** Abort it to stop the agent: the hook that runs is finished, and no other begins. */
  readonly signal: AbortSignal;
  /** The relation whose `relation-changed` hook runs when the store tells of a change; `peers` by default. */
  readonly relation?: string;
  /** Where one line goes at each begin and end of a hook; `console` by default. */
  readonly logger?: Logger;
  /**
   * Brings in other hooks: called once at the beginning, it may call `fire` with a hook's name at any time
   * from then on, and returns how to stop.
   */
  readonly events?: (fire: (hookName: string) => void) => () => void;
  /** How long to wait before a failed hook runs again. */
  readonly retry?: RetryOptions;
  /** How often `update-status` runs, in milliseconds; 300,000 by default, `Infinity` for never. */
  readonly updateStatusEveryMs?: number;
}

/** What the agent runs first; relation and leader hooks that Juju has besides are left out. */
const FIRST_HOOKS = ['install', 'config-changed', 'start'];
const FIVE_MINUTES_MS = 300_000;
/** A timer of more milliseconds fires at once. */
const LONGEST_TIMER_MS = 2_147_483_647;

interface Agent {
  readonly options: AgentOptions;
  readonly logger: Logger;
  readonly retry: Required<RetryOptions>;
  readonly queue: HookQueue;
}

/**
 * Plays Juju for one unit where Juju is not. It runs `install`, `config-changed` and `start`, in this order;
 * after that `<relation>-relation-changed` whenever the store's `watch` tells, what `events` fires, and
 * `update-status` at its time when no other hook waits. It runs no other relation hooks and no leader hooks.
 *
 * One hook runs at a time. What comes meanwhile is one hook of each name, in order of first arrival. A failed
 * hook runs again, after longer and longer waits, before any other does. A store without `watch` tells
 * nothing, so changes are then seen by `update-status`.
 *
 * @returns a promise that resolves once `signal` was aborted and the running hook has ended; the store is
 * left open
 * @throws {RangeError} when a time or the factor is out of its range
 */
export async function runAgent(options: AgentOptions): Promise<void> {
  const { store, signal, events, relation = 'peers', logger = console } = options;
  const updateStatusEveryMs = options.updateStatusEveryMs ?? FIVE_MINUTES_MS;
  const retry = { firstMs: 5000, maxMs: FIVE_MINUTES_MS, factor: 2, ...options.retry };
  if (updateStatusEveryMs !== Infinity) checkTimer('updateStatusEveryMs', updateStatusEveryMs, 1);
  checkTimer('retry.firstMs', retry.firstMs, 0);
  checkTimer('retry.maxMs', retry.maxMs, 0);
  if (!(retry.factor >= 1)) {
    throw new RangeError(`retry.factor was given as ${retry.factor}; it must be 1 or more.`);
  }
  if (signal.aborted) return;

  const queue = new HookQueue(FIRST_HOOKS);
  const stops: (() => void)[] = [];
  try {
    if (store.watch === undefined) {
      logger.warn(`${store.unit}: the store tells of no changes; update-status has to find them`);
    } else {
      stops.push(store.watch(() => queue.add(`${relation}-relation-changed`)));
    }
    if (updateStatusEveryMs !== Infinity) {
      const timer = setInterval(() => queue.addIdle('update-status'), updateStatusEveryMs);
      stops.push(() => clearInterval(timer));
    }
    if (events !== undefined) stops.push(events((name) => queue.add(name)));
    await runHooks({ options, logger, retry, queue });
  } finally {
    for (const stop of stops) stop();
  }
  logger.info(`${store.unit}: agent stopped`);
}

function checkTimer(name: string, ms: number, least: number): void {
  if (ms >= least && ms <= LONGEST_TIMER_MS) return;
  throw new RangeError(
    `${name} was given as ${ms}; it must be milliseconds from ${least} to ${LONGEST_TIMER_MS}.`,
  );
}

async function runHooks(agent: Agent): Promise<void> {
  const { signal } = agent.options;
  for (;;) {
    const name = await agent.queue.take(signal);
    if (name === undefined) return;
    await runUntilItSucceeds(name, agent);
  }
}

async function runUntilItSucceeds(name: string, agent: Agent): Promise<void> {
  const { options, logger, retry } = agent;
  const line = `${options.store.unit}: ${name}`;
  let waitMs = Math.min(retry.firstMs, retry.maxMs);
  while (!options.signal.aborted) {
    logger.info(`${line} began`);
    const began = performance.now();
    const result = await options.hooks.run({ name, kind: 'hook' });
    const ended = `after ${Math.round(performance.now() - began)} ms`;
    if (result.ok) {
      logger.info(`${line} succeeded ${ended}`);
      return;
    }
    const again = options.signal.aborted ? 'not again' : `again in ${waitMs} ms`;
    logger.error(`${line} failed ${ended}, ${again}: ${oneLine(result.error)}`);
    if (!HookExit.is(result.error)) logger.debug(`${line}: ${inspect(result.error)}`);
    await pause(waitMs, options.signal);
    agent.queue.drop(name);
    waitMs = Math.min(waitMs * retry.factor, retry.maxMs);
  }
}

/** An error in one line of the log; all of it is a debug message. */
function oneLine(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : inspect(error);
  return text.replaceAll(/\s*\n\s*/g, ' ');
}
