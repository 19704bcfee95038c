import { rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { startApplication, type Application, type ApplicationOptions } from '@baton/juju-sim';

import { makeCharm, type CharmKind } from './charm-folder.ts';
import { readJournal, type Entry } from './journal.ts';

/** How an application that rolls is started. */
export interface RollOptions extends Omit<ApplicationOptions, 'charm' | 'units'> {
  /** The charm that each unit is to have, by number. */
  readonly units: readonly CharmKind[];
  /**
   * Whether, when nothing happens any more and something is still waited for, every unit gets one more hook:
   * what `update-status` does in the end, without the wait for it.
   */
  readonly impatient?: boolean;
  /** The folder of the virtual environment, for charms in Python. */
  readonly python?: string;
}

const patienceMs = 240_000;

/** What `charms/rollingops/lib/juju_exec.py` asks for. */
interface ExecRequest {
  readonly unit: string;
  /** The action that runs the command. */
  readonly name: string;
  readonly parameters: { readonly command: string };
}

/** What a roll is made of. */
interface RollParts {
  readonly app: Application;
  /** The folder of the witness. */
  readonly shared: string;
  readonly charms: (kind: CharmKind) => Promise<string>;
  /** What stands in for juju-exec. */
  readonly exec: Server;
  readonly impatient: boolean;
}

/** An application whose units restart one after another whenever `to` gives them another version. */
export class Roll {
  readonly app: Application;
  readonly #parts: RollParts;
  #occasions = 0;

  private constructor(parts: RollParts) {
    this.app = parts.app;
    this.#parts = parts;
  }

  /** Starts an application. `stop` it in the end; {@link withRoll} does. */
  static async start(options: RollOptions): Promise<Roll> {
    const { units, python, impatient = false, ...rest } = options;
    const shared = await mkdtemp(join(tmpdir(), 'roll-'));
    const made = new Map<CharmKind, Promise<string>>();
    const charms = (kind: CharmKind): Promise<string> => {
      const known = made.get(kind) ?? makeCharm(kind, join(shared, kind), { shared, python });
      made.set(kind, known);
      return known;
    };
    const [first = 'charmhelpers'] = units;
    const charm = await charms(first);
    const app = await startApplication({ ...rest, charm, units: units.length });
    const roll = new Roll({ app, shared, charms, impatient, exec: await serveExec(app) });
    for (const [number, kind] of units.entries())
      if (kind !== first) await app.refresh(await charms(kind), `roll/${number}`);
    return roll;
  }

  /** Waits until no unit has anything to do. */
  async settled(): Promise<void> {
    await this.app.settled({ timeoutMs: patienceMs });
  }

  /** Waits until no unit but those has anything to do. */
  async quietBut(...busy: readonly string[]): Promise<void> {
    const isQuiet = (unit: string): boolean =>
      busy.includes(unit) || (this.app.model.undelivered(unit).length === 0 && this.#isIdle(unit));
    await this.until(
      () => this.app.status().units.every(({ unit }) => isQuiet(unit)),
      `no unit has anything to do but ${busy.join(', ') || 'none'}`,
    );
  }

  /** Asks every unit to restart with a version. */
  to(version: number): void {
    this.app.setConfig({ version });
  }

  /** Gives a unit another charm, and waits until it has run `upgrade-charm` with it. */
  async upgrade(kind: CharmKind, unit: string): Promise<void> {
    const before = this.#upgrades(unit);
    await this.app.refresh(await this.#parts.charms(kind), unit);
    await this.until(() => this.#upgrades(unit) > before, `${unit} has been upgraded to ${kind}`);
  }

  /** Keeps a unit inside its restart, once it is there, until `letGo`. */
  hold(unit: string): void {
    writeFileSync(this.#flag('hold', unit), '');
  }

  letGo(unit: string): void {
    rmSync(this.#flag('hold', unit));
  }

  /**
   * Asks every unit to restart with a version, and keeps the first that comes inside there, while the rest
   * wait behind it. Resolves to that unit.
   */
  async holdOne(version: number): Promise<string> {
    const units = this.#units();
    for (const unit of units) this.hold(unit);
    this.to(version);
    const holder = await this.#waitForOneOf(units);
    for (const unit of units) if (unit !== holder) this.letGo(unit);
    await this.quietBut(holder);
    return holder;
  }

  /** Lets a unit go that is kept inside, and keeps the next. Resolves to that one. */
  async passOn(holder: string): Promise<string> {
    const others = this.#units().filter((unit) => unit !== holder);
    for (const unit of others) this.hold(unit);
    this.letGo(holder);
    const next = await this.#waitForOneOf(others);
    for (const unit of others) if (unit !== next) this.letGo(unit);
    return next;
  }

  /** As {@link Roll.holdOne}, after the leader has restarted: the unit that is kept is not the leader. */
  async holdAFollower(version: number): Promise<string> {
    const followers = this.#units().filter((unit) => unit !== this.app.leader);
    for (const unit of followers) await this.app.stopAgent(unit);
    this.to(version);
    await this.until(() => this.restarted(version).length === 1, 'the leader has restarted');
    for (const unit of followers) {
      this.hold(unit);
      this.app.startAgent(unit);
    }
    const holder = await this.#waitForOneOf(followers);
    for (const unit of followers) if (unit !== holder) this.letGo(unit);
    await this.quietBut(holder);
    return holder;
  }

  /** Lets the hook of a unit fail in the middle of its restart, until `heal`. */
  failInside(unit: string): void {
    writeFileSync(this.#flag('fail', unit), '');
  }

  heal(unit: string): void {
    rmSync(this.#flag('fail', unit));
  }

  get journal(): readonly Entry[] {
    return readJournal(this.#parts.shared);
  }

  /** What the witness saw that must not be: two units inside at once. */
  get overlaps(): readonly string[] {
    return this.journal
      .filter(({ event }) => event === 'overlap')
      .map(({ unit, detail }) => `${unit} met ${detail}`);
  }

  /** The units that have restarted with a version, each as often as it did, in that order. */
  restarted(version: number): readonly string[] {
    return this.journal
      .filter(({ event, detail }) => event === 'ended' && detail === String(version))
      .map(({ unit }) => unit);
  }

  /** Whether a unit is in the middle of a restart. */
  isInside(unit: string): boolean {
    const last = this.journal.findLast((entry) => entry.unit === unit);
    return last?.event === 'began';
  }

  /** Whether a hook of a unit has failed and was not repeated with success. */
  isInError(unit: string): boolean {
    return this.app.status().units.find((each) => each.unit === unit)?.agent === 'error';
  }

  /** Waits until every unit that is there has restarted with a version. */
  async rolled(version: number): Promise<void> {
    await this.until(() => {
      const done = new Set(this.restarted(version));
      return this.app.status().units.every(({ unit }) => done.has(unit));
    }, `every unit has restarted with version ${version}`);
  }

  /** Waits until a condition holds that the application or the witness brings about. */
  async until(condition: () => boolean, what: string): Promise<void> {
    const started = performance.now();
    while (!condition()) {
      if (performance.now() - started > patienceMs)
        throw new Error(`${patienceMs} ms were not enough until ${what}.\n${this.#story()}`);
      if (this.#parts.impatient && this.app.model.settled)
        this.app.setConfig({ occasion: String(++this.#occasions) });
      await new Promise((later) => setTimeout(later, 10));
    }
  }

  async stop(): Promise<void> {
    await this.app.stop();
    await new Promise((closed) => this.#parts.exec.close(closed));
    await rm(this.#parts.shared, { recursive: true, force: true });
  }

  #units(): string[] {
    return this.app.status().units.map(({ unit }) => unit);
  }

  async #waitForOneOf(units: readonly string[]): Promise<string> {
    const inside = (): string | undefined => units.find((unit) => this.isInside(unit));
    await this.until(() => inside() !== undefined, `one of ${units.join(', ')} is inside`);
    return inside() ?? '';
  }

  /** Whether a unit, as far as it has heard, has nothing to do. A stopped one has nothing. */
  #isIdle(unit: string): boolean {
    return ['idle', 'stopped', 'dead'].includes(this.app.model.nextOperation(unit).kind);
  }

  #upgrades(unit: string): number {
    const done = 'ran "upgrade-charm" hook';
    return this.app.log.filter((entry) => entry.unit === unit && entry.message === done).length;
  }

  #flag(what: string, unit: string): string {
    return join(this.#parts.shared, `${what}-${unit.replace('/', '-')}`);
  }

  #story(): string {
    const journal = this.journal.map((entry) => Object.values(entry).join(' '));
    const log = this.app.log
      .filter(({ level, logger }) => level !== 'DEBUG' || logger.startsWith('unit.'))
      .slice(-40)
      .map(({ unit, level, message }) => `${unit} ${level} ${message}`);
    return [...journal, '', ...log].join('\n');
  }
}

/** Starts an application, waits until it has settled, and stops it when `body` has ended. */
export async function withRoll(
  options: RollOptions,
  body: (roll: Roll) => Promise<void>,
): Promise<void> {
  const roll = await Roll.start(options);
  try {
    await roll.settled();
    await body(roll);
  } finally {
    await roll.stop();
  }
}

/** Serves what stands in for juju-exec on the units, as `juju-sim run` does on its control socket. */
async function serveExec(app: Application): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    createInterface({ input: socket }).once('line', (line) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- juju_exec.py wrote it
      const { unit, name, parameters } = JSON.parse(line) as ExecRequest;
      app.runAction(unit, name, parameters).then(
        (result) => socket.end(`${JSON.stringify({ result })}\n`),
        // The application was stopped.
        () => socket.destroy(),
      );
    });
  });
  const path = join(app.folder, 'control.socket');
  await new Promise<void>((listening) => server.listen(path, listening));
  return server;
}
