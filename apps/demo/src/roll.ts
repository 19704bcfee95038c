import { setTimeout as delay } from 'node:timers/promises';

import { Chronicle } from './chronicle.ts';
import { Client } from './client.ts';
import { readText } from './files.ts';
import type { Fleet } from './fleet.ts';
import { isSettled, unitSnapshot, type Snapshot } from './snapshot.ts';
import type { UnitFolder } from './unit-folder.ts';
import { chooseVictim } from './victim.ts';
import type { View } from './view/view.ts';
import { readServerEvents, type ServerEvent } from './workload/server-events.ts';

const LOOK_EVERY_MS = 60;
/** For so long the client calls before the configuration changes, and after the last unit is done. */
const BEFORE_MS = 900;
const AFTER_MS = 600;
/** For so long a killed agent is gone, as until Juju or systemd starts it again. */
const GONE_MS = 600;
const OLD_VERSION = 1;
/** The version that every unit should serve in the end. */
export const NEW_VERSION = 2;

/** What a roll needs. */
export interface RollOptions {
  readonly fleet: Fleet;
  readonly view: View;
  /** Whose agent is killed in the middle. */
  readonly kill: 'leader' | 'holder' | undefined;
  /** Aborted when the demo is to end early. */
  readonly signal: AbortSignal;
}

/** What came of a roll; all times are milliseconds since the epoch. */
export interface RollOutcome {
  /** When the client began to call. */
  readonly beganAt: number;
  /** When the configuration changed. */
  readonly changedAt: number;
  /** When every unit served the new version and nobody had or wanted the lock. */
  readonly settledAt: number;
  readonly endedAt: number;
  /** The servers' own records. */
  readonly records: ReadonlyMap<string, readonly ServerEvent[]>;
  readonly chronicle: Chronicle;
  readonly client: Client;
  /** Whose agent was killed. */
  readonly victim: string | undefined;
}

/** One roll, from the first start of the servers to the last restart. */
export class Roll {
  readonly #options: RollOptions;
  readonly #chronicle = new Chronicle();
  readonly #deadline: number;
  #client: Client | undefined;
  #wanted = OLD_VERSION;
  #victim: string | undefined;
  #accident: Promise<void> = Promise.resolve();
  #over = false;

  constructor(options: RollOptions) {
    this.#options = options;
    this.#deadline = performance.now() + options.fleet.patienceMs;
  }

  /**
   * Plays it all.
   *
   * @throws {Error} when an agent fails, or the units have not settled within the fleet's time
   */
  async play(): Promise<RollOutcome> {
    const { fleet, view } = this.#options;
    view.say(`starting ${fleet.units.length} units, each with a server`);
    fleet.configure(OLD_VERSION);
    await fleet.start();
    await this.#until((snapshot) => isSettled(snapshot) && snapshot.units.some((u) => u.leader));

    const client = new Client(
      fleet.units.map((unit) => ({ unit, port: portOf(folderOf(fleet, unit)) })),
    );
    this.#client = client;
    const beganAt = Date.now();
    client.start();
    try {
      view.say('a client calls the servers in turn');
      await this.#for(BEFORE_MS);

      this.#wanted = NEW_VERSION;
      const changedAt = Date.now();
      fleet.configure(NEW_VERSION);
      view.say(
        `the configuration changes: every unit wants to restart with version ${NEW_VERSION}`,
      );
      await this.#until((snapshot) => isSettled(snapshot), true);
      await this.#accident;
      const settledAt = Date.now();

      await this.#for(AFTER_MS);
      return {
        beganAt,
        changedAt,
        settledAt,
        endedAt: Date.now(),
        records: this.#records(),
        chronicle: this.#chronicle,
        client,
        victim: this.#victim,
      };
    } finally {
      this.#over = true;
      await Promise.all([client.stop(), this.#accident]);
    }
  }

  async #for(ms: number): Promise<void> {
    const end = performance.now() + ms;
    await this.#until(() => performance.now() >= end);
  }

  async #until(done: (snapshot: Snapshot) => boolean, mayKill = false): Promise<void> {
    const { fleet, kill, signal, view } = this.#options;
    for (;;) {
      signal.throwIfAborted();
      fleet.check();
      const snapshot = await this.#look();
      this.#chronicle.note(snapshot);
      view.show(snapshot);
      if (mayKill && kill !== undefined && this.#victim === undefined) {
        this.#victim = chooseVictim(kill, snapshot);
        if (this.#victim !== undefined) this.#accident = this.#killAndRevive(this.#victim, kill);
      }
      if (done(snapshot)) return;
      if (performance.now() > this.#deadline) throw await this.#tooLong();
      await delay(LOOK_EVERY_MS, undefined, { signal });
    }
  }

  async #killAndRevive(unit: string, what: string): Promise<void> {
    const { fleet, view, signal } = this.#options;
    this.#chronicle.mark(unit, 'killed', Date.now());
    view.say(`kill -9: the agent of ${unit}, the ${what}`);
    await fleet.kill?.(unit);
    await delay(GONE_MS);
    if (this.#over || signal.aborted) return;
    fleet.revive?.(unit);
    this.#chronicle.mark(unit, 'revived', Date.now());
    view.say(`the agent of ${unit} is started again`);
  }

  async #look(): Promise<Snapshot> {
    const { fleet } = this.#options;
    const before = this.#records();
    const look = await fleet.look();
    const after = this.#records();
    return {
      at: Date.now(),
      wanted: this.#wanted,
      client: this.#client?.counters ?? { answered: 0, retried: 0, failed: 0 },
      units: fleet.units.map((unit) =>
        unitSnapshot({
          unit,
          look,
          events: eventsAround(before.get(unit) ?? [], after.get(unit) ?? []),
          agentRuns: fleet.agentRuns(unit),
        }),
      ),
    };
  }

  #records(): Map<string, ServerEvent[]> {
    const { fleet } = this.#options;
    return new Map(
      fleet.units.map((unit) => [unit, readServerEvents(folderOf(fleet, unit).serverEvents)]),
    );
  }

  async #tooLong(): Promise<Error> {
    const { fleet } = this.#options;
    const { explanation } = await fleet.look();
    return new Error(
      `the units have not settled within ${fleet.patienceMs / 1000} s; this is how the lock stands:\n${explanation.toString()}`,
    );
  }
}

/**
 * The lock cannot be looked at in the very moment of the servers' records. A server goes down after its unit
 * got the lock and comes up before it is given back, so what has come up by now counts, and what has gone
 * down by now counts the next time.
 */
function eventsAround(
  before: readonly ServerEvent[],
  after: readonly ServerEvent[],
): readonly ServerEvent[] {
  return after.at(-1)?.event === 'closing' ? before : after;
}

function folderOf({ folders }: Fleet, unit: string): UnitFolder {
  const folder = folders.get(unit);
  if (folder === undefined) throw new RangeError(`${unit} is not in this fleet`);
  return folder;
}

function portOf({ serverPort }: UnitFolder): number {
  return Number(readText(serverPort));
}
