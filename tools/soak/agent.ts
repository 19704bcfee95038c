/**
 * Serves one unit in a process of its own: asks for the lock, works under it, gives it back, over and over,
 * until it is told to stop or is killed.
 *
 * Argument: the {@link AgentSettings} as JSON.
 */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { limit, LockStoreError, Serial } from '@baton/coordinator';
import { FileLockStore } from '@baton/storage-file';

import { Bell } from './bell.ts';
import { Journal } from './journal.ts';
import type { AgentSettings, Message, Order } from './messages.ts';
import { fileNameOf, placesIn } from './places.ts';
import { thisProcessAs, Witness } from './witness.ts';

const LOCK = 'soak';

/** A killed leader is found by looking: how often, in milliseconds. */
const POLL_EVERY_MS = 200;

/** How long the operation takes, so that others have time to come in where they may. */
const OPERATION_MS = 2;

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the soak that starts the agent passes these
const settings = JSON.parse(process.argv[2] ?? '') as AgentSettings;
const { folder, unit, holders } = settings;
const places = placesIn(folder);
const journal = new Journal(join(places.journals, fileNameOf(unit)));
const witness = new Witness(places.witness, thisProcessAs(unit));
const store = new FileLockStore({ directory: places.locks, unit, pollEveryMs: POLL_EVERY_MS });
const serial = new Serial({
  store,
  policies: { [LOCK]: limit(holders) },
  logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
});
const bell = new Bell();
let drain = settings.drain;
const closing = new AbortController();
/** A unit that comes back is served at least once, whatever it was told before. */
let servedOnce = false;
/** The last request that is known to be published. */
let asked: number | undefined;

const work = serial.require(LOCK, isWanted, operate);

function isWanted(): boolean {
  return !drain || !servedOnce;
}

function ignore(): void {}

function send(message: Message): void {
  if (process.connected) process.send?.(message);
}

function ownTicket(): number | undefined {
  const [ticket] = serial.requests.get(unit)?.values() ?? [];
  return ticket;
}

async function operate(): Promise<void> {
  const ticket = ownTicket();
  if (ticket === undefined) throw new Error(`${unit} runs under a lock for which it has not asked`);
  journal.note('began', ticket);
  witness.enter();
  send({ at: 'inside' });
  await pause(OPERATION_MS);
  witness.leave();
  journal.note('ended', ticket);
  servedOnce = true;
}

/** One hook; says whether the unit was served in it, and whether it waits for more. */
async function hook(): Promise<{ readonly served: boolean; readonly waits: boolean }> {
  let ticket: number | undefined;
  const result = await serial.run(async () => {
    const first = await work();
    ticket = ownTicket();
    // Wanted once more in the same hook, it asks for another turn as it gives this one back.
    const again = first.ran ? await work() : undefined;
    const waits =
      again === undefined ? serial.requested(LOCK) : !again.ran && again.why === 'waiting';
    return { served: first.ran, waits };
  });
  // The hook has succeeded, so the request is published: from here on it must not be lost.
  if (!result.served && ticket !== undefined && ticket !== asked) {
    journal.note('asked', ticket);
    asked = ticket;
  }
  return result;
}

/** Runs a hook whenever something changed. */
async function serve(): Promise<void> {
  let drained = false;
  while (!closing.signal.aborted) {
    const rung = bell.next();
    try {
      const { served, waits } = await hook();
      if (served) send({ at: 'served' });
      if (!waits && !drained) {
        drained = true;
        send({ at: 'drained' });
      }
      await rung;
    } catch (error) {
      if (!LockStoreError.is(error) || !error.retryable) throw error;
      send({ retried: error.code });
      await Promise.race([rung, pause(POLL_EVERY_MS)]);
    }
  }
}

process.on('message', (order: Order) => {
  drain = true;
  if (order === 'close') closing.abort();
  bell.ring();
});
// Ctrl-C reaches every process of the terminal; the soak hears it too and ends its agents.
process.on('SIGINT', ignore);
// The soak is gone: nobody is left to watch.
process.on('disconnect', () => process.exit(0));

journal.note('started', process.pid);
const stop = store.watch(() => bell.ring());
try {
  await serve();
  stop();
  await store.close();
} catch (error) {
  send({
    violation: `${unit}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  });
}
if (process.connected) process.disconnect();
