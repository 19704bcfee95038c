import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { readCharm, type CharmFolder } from './driver/charm-folder.ts';
import { startClock, type SimClock } from './driver/clock.ts';
import { parseConfig } from './driver/parse-config.ts';
import { ProcessDriver } from './driver/process-driver.ts';
import { findByEnvironment } from './driver/processes.ts';
import { SimError } from './driver/sim-error.ts';
import { makeToolsFolder, type ToolLanguage } from './driver/tools-folder.ts';
import { UnitMachine } from './driver/unit-machine.ts';
import type { Bag } from './model/bag.ts';
import type { ConfigValue } from './model/controller.ts';
import type { ActionRecord } from './model/hook.ts';
import type { LogEntry } from './model/log.ts';
import { Model } from './model/model.ts';
import type { UnitName } from './model/names.ts';
import { profiles, type JujuSeries } from './model/profile.ts';
import { Refusal } from './model/refusal.ts';
import { seededRandom } from './seeded-random.ts';
import { statusOf, type ApplicationStatus } from './status.ts';
import { toolNames } from './tools/run-tool.ts';

/** How an application is started. */
export interface ApplicationOptions {
  /** The folder of the charm. */
  readonly charm: string;
  /** Which Juju; `3.6` unless given. */
  readonly juju?: JujuSeries;
  /** How many units; one unless given. */
  readonly units?: number;
  /** How many times as fast as the wall's clock time passes; 1 unless given. */
  readonly speed?: number;
  /** Options of the charm, as values or as the text an operator would type. */
  readonly config?: Readonly<Record<string, ConfigValue>>;
  /** Where the units' folders are made; a temporary folder, removed at the end, unless given. */
  readonly folder?: string;
  /** What chance is made from; 1 unless given. */
  readonly seed?: number;
  /** Hooks that may run at once; as many as there are units unless given. One is one machine for all. */
  readonly parallel?: number;
  /** Between two `update-status`, in ms of the application's time; five minutes unless given. */
  readonly updateStatusMs?: number;
  /** What the hook tools are written in; Perl where there is one, unless given. */
  readonly tools?: ToolLanguage;
  /** Told of each line of the log. */
  readonly onLog?: (entry: LogEntry) => void;
  /** Told of each call of a hook tool. */
  readonly onCall?: (call: ToolCallNotice) => void;
  /** Told after everything that may have changed the status. */
  readonly onChange?: () => void;
}

/** One call of a hook tool. */
export interface ToolCallNotice {
  /** The unit that calls. */
  readonly unit: string;
  /** The hook or action in which it calls. */
  readonly hook: string;
  /** The name of the tool. */
  readonly tool: string;
}

// A path of a unix socket has at most 103 bytes on macOS, 107 on Linux.
const longestSocketPath = 103;

/** Everything that belongs to a run and not to one unit. */
interface Parts {
  readonly charm: CharmFolder;
  readonly folder: string;
  readonly clock: SimClock;
  readonly options: ApplicationOptions;
}

/** A charm as an application that runs; made by {@link startApplication}. Call `stop` in the end. */
export class Application {
  /**
   * What is simulated, for the command line; its members are no promise to others.
   *
   * @internal
   */
  readonly model: Model;
  /** Where the units' folders are. */
  readonly folder: string;
  /** What was logged, in order. */
  readonly log: readonly LogEntry[];
  readonly #parts: Parts;
  readonly #driver: ProcessDriver;
  readonly #machines = new Map<UnitName, UnitMachine>();
  readonly #charms: CharmFolder[];
  readonly #log: LogEntry[] = [];
  readonly #watchers = new Set<() => void>();
  #failure: unknown;
  #stopped: Promise<void> | undefined;

  /** @internal */
  constructor(parts: Parts, model: (log: (entry: LogEntry) => void) => Model) {
    this.#parts = parts;
    this.folder = parts.folder;
    this.log = this.#log;
    this.#charms = [parts.charm];
    this.model = model((entry) => this.#write(entry));
    this.#driver = new ProcessDriver({
      model: this.model,
      clock: parts.clock,
      machineOf: (unit) => this.#machine(unit),
      charmOf: (revision) => this.#charms[revision]?.folder ?? parts.charm.folder,
      parallel: parts.options.parallel ?? Number.POSITIVE_INFINITY,
      log: (unit, level, logger, message) =>
        this.#write({ at: this.model.now, unit, level, logger, message }),
      onChange: () => this.#changed(),
      onFailure: (error) => {
        this.#failure ??= error;
        this.#changed();
      },
    });
  }

  /** The name of the application: the charm's. */
  get name(): string {
    return this.model.controller.application;
  }

  /** What an operator sees. */
  status(): ApplicationStatus {
    return statusOf(this.model, this.#parts.charm.folder);
  }

  /** How many hooks (and actions) ran, and how many hook tools they called. */
  get counters(): {
    /** Hooks and actions that began, those that run again included. */
    readonly hooks: number;
    /** Hook tools that were called, once their hooks have ended. */
    readonly toolCalls: number;
  } {
    return this.model.counters;
  }

  /** A unit's databag in the peer relation, as it is committed. */
  databag(unit: UnitName): Bag {
    return this.model.controller.unit(unit).bag ?? new Map();
  }

  /** The application's databag in the peer relation, as it is committed. */
  get applicationBag(): Bag {
    return this.model.controller.applicationBag;
  }

  /** The leader settings, as they are now; empty on Juju 4, which has none. */
  get leaderSettings(): Bag {
    return this.model.controller.leaderSettings;
  }

  /** The unit that holds the lease. */
  get leader(): UnitName | undefined {
    return this.model.controller.leases.holder;
  }

  /** What a unit keeps with `state-set`, as it is committed. */
  state(unit: UnitName): Bag {
    return this.model.controller.unit(unit).state;
  }

  /** The folder of a unit's copy of the charm. */
  charmFolder(unit: UnitName): string {
    return this.#machine(unit).charm.folder;
  }

  /** Adds a unit. Returns its name. */
  addUnit(): UnitName {
    const unit = this.#do(() => this.model.addUnit());
    checkSocketPath(this.#unitFolder(unit));
    return unit;
  }

  /** Removes a unit: it runs its last hooks. By force its processes are killed and it is gone at once. */
  async removeUnit(unit: UnitName, options: { readonly force?: boolean } = {}): Promise<void> {
    this.#do(() => this.model.removeUnit(unit, options));
    if (!options.force) return;
    await this.#driver.kill(unit);
    await this.#machine(unit).killAll();
  }

  /** The unit's agent dies, and the hook that it runs. What the charm left running goes on. */
  async stopAgent(unit: UnitName): Promise<void> {
    this.#do(() => this.model.stopAgent(unit));
    await this.#driver.kill(unit);
  }

  /** The unit's agent starts again. */
  startAgent(unit: UnitName): void {
    this.#do(() => this.model.startAgent(unit));
  }

  /** Makes a unit the leader. */
  elect(unit: UnitName): void {
    this.#do(() => this.model.elect(unit));
  }

  /** Tries a failed hook again at once, or with `retry: false` counts it as run. */
  resolve(unit: UnitName, options: { readonly retry?: boolean } = {}): void {
    this.#do(() => this.model.resolve(unit, options));
  }

  /** Sets options of the charm. @throws {SimError} for an option or value that the charm does not have */
  setConfig(values: Readonly<Record<string, ConfigValue>>): void {
    this.#do(() => this.model.controller.setConfig(parseConfig(this.#newestCharm, values)));
  }

  /** Gives every unit, or one, another charm: it runs `upgrade-charm` with it. */
  async refresh(charm: string, unit?: UnitName): Promise<void> {
    const next = await readCharm(charm);
    const { peerEndpoint, folder } = this.#parts.charm;
    if (next.peerEndpoint !== peerEndpoint)
      throw new SimError(
        `${next.folder} has the peer relation ${next.peerEndpoint ?? '(none)'}, and ${folder} has ${peerEndpoint ?? '(none)'}: a refresh cannot change it.`,
      );
    this.#do(() => {
      this.#charms[this.model.controller.refreshCharm(unit)] = next;
    });
  }

  /** Runs an action on a unit, and resolves to what became of it. */
  async runAction(
    unit: UnitName,
    name: string,
    parameters: ActionRecord['parameters'] = {},
  ): Promise<ActionRecord> {
    const { actions, folder } = this.#newestCharm;
    const defaults = actions.get(name);
    if (defaults === undefined)
      throw new SimError(
        `action "${name}" is not defined by ${folder}; it defines ${[...actions.keys()].join(', ') || 'none'}.`,
      );
    const action = this.#do(() =>
      this.model.enqueueAction(unit, name, { ...defaults, ...parameters }),
    );
    await this.until(() => action.completedAt !== undefined || action.status === 'failed');
    return action;
  }

  /** Resolves when no unit has anything to do until a timer wakes it. */
  settled(options: { readonly timeoutMs?: number } = {}): Promise<void> {
    return this.until(() => this.#driver.running === 0 && this.model.settled, {
      what: 'the application settles',
      ...options,
    });
  }

  /**
   * Resolves when a condition holds, which is looked at after everything that happens.
   * @throws {SimError} if it does not hold after `timeoutMs` of the wall's clock (none unless given)
   */
  async until(
    condition: () => boolean,
    options: { readonly timeoutMs?: number; readonly what?: string } = {},
  ): Promise<void> {
    const { timeoutMs, what = 'what was waited for happens' } = options;
    await new Promise<void>((done, failed) => {
      const timer =
        timeoutMs === undefined
          ? undefined
          : setTimeout(() => {
              const last = this.#log.slice(-10).map((entry) => `${entry.unit}: ${entry.message}`);
              leave(
                new SimError(
                  `${timeoutMs} ms were not enough until ${what}. The log ends:\n${last.join('\n')}`,
                ),
              );
            }, timeoutMs);
      const leave = (error?: unknown): void => {
        clearTimeout(timer);
        this.#watchers.delete(look);
        if (error === undefined) done();
        else failed(error);
      };
      const look = (): void => {
        if (this.#failure !== undefined) leave(this.#failure);
        else if (this.#stopped !== undefined)
          leave(new SimError(`The application was stopped before ${what}.`));
        else if (condition()) leave();
      };
      this.#watchers.add(look);
      look();
    });
  }

  /** Ends the application: every process that it started is gone then, and its folder, if it was its own. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  /** The processes that are there because of the application, or of one unit; known on Linux only. */
  processes(unit?: UnitName): Promise<number[]> {
    const folder = unit === undefined ? this.folder : this.#unitFolder(unit);
    return findByEnvironment(`JUJU_AGENT_SOCKET_ADDRESS=${folder}/`);
  }

  get #newestCharm(): CharmFolder {
    return this.#charms.at(-1) ?? this.#parts.charm;
  }

  async #stop(): Promise<void> {
    await this.#driver.stop();
    await Promise.all([...this.#machines.values()].map((machine) => machine.killAll()));
    this.#changed();
    if (this.#parts.options.folder === undefined)
      await rm(this.folder, { recursive: true, force: true });
  }

  #do<T>(change: () => T): T {
    this.model.tick(this.#parts.clock.now());
    try {
      return change();
    } catch (error) {
      if (error instanceof Refusal) throw new SimError(error.message);
      throw error;
    } finally {
      this.#driver.wake();
    }
  }

  #machine(unit: UnitName): UnitMachine {
    const known = this.#machines.get(unit);
    if (known !== undefined) return known;
    const machine = new UnitMachine({
      folder: this.#unitFolder(unit),
      toolsFolder: join(this.folder, 'tools'),
      modelName: 'juju-sim',
      path: process.env['PATH'] ?? '/usr/bin:/bin',
      log: (level, logger, message) =>
        this.#write({ at: this.model.now, unit, level, logger, message }),
      observer: {
        beforeCall: () => this.model.tick(this.#parts.clock.now()),
        onCall: (tool) => {
          const hook = this.model.runningHook(unit) ?? '';
          this.#parts.options.onCall?.({ unit, hook, tool });
        },
      },
    });
    this.#machines.set(unit, machine);
    return machine;
  }

  #unitFolder(unit: UnitName): string {
    return join(this.folder, `unit-${unit.replace('/', '-')}`);
  }

  #write(entry: LogEntry): void {
    this.#log.push(entry);
    this.#parts.options.onLog?.(entry);
  }

  #changed(): void {
    for (const look of this.#watchers) look();
    this.#parts.options.onChange?.();
  }
}

/**
 * Starts a charm as an application on this machine, its hooks as processes. Await `settled()`, do
 * things to it, look at it, and `stop()` it in the end, whatever happens.
 * @throws {SimError} if the charm cannot be run
 */
export async function startApplication(options: ApplicationOptions): Promise<Application> {
  const charm = await readCharm(options.charm);
  const { juju = '3.6', units = 1, speed = 1, seed = 1, updateStatusMs } = options;
  const config = new Map([...charm.config, ...parseConfig(charm, options.config ?? {})]);
  const folder =
    options.folder === undefined
      ? await mkdtemp(join(tmpdir(), 'juju-sim-'))
      : resolve(options.folder);
  checkSocketPath(join(folder, `unit-${charm.name}-${units}`));
  await makeToolsFolder(join(folder, 'tools'), toolNames(profiles[juju]), options.tools);
  const clock = startClock(speed);
  const application = new Application(
    { charm, folder, clock, options },
    (log) =>
      new Model({
        application: charm.name,
        juju,
        random: seededRandom(seed),
        now: clock.now(),
        peerEndpoint: charm.peerEndpoint,
        endpoints: charm.endpoints,
        config,
        address: (number) => `127.0.${number >> 8}.${(number & 255) + 1}`,
        log,
        ...(updateStatusMs === undefined ? {} : { updateStatusMs }),
      }),
  );
  for (let i = 0; i < units; i++) application.addUnit();
  return application;
}

function checkSocketPath(unitFolder: string): void {
  const path = join(unitFolder, 'agent.socket');
  if (Buffer.byteLength(path) > longestSocketPath)
    throw new SimError(
      `${path} is too long for a unix socket (${longestSocketPath} bytes at most). Choose a folder with a shorter path.`,
    );
}
