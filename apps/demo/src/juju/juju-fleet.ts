import { appendFileSync } from 'node:fs';
import { join } from 'node:path';

import { explainLock, parseLockName, parseUnitName } from '@baton/coordinator';
import { startApplication, type Application, type JujuSeries } from '@baton/juju-sim';

import type { Fleet, LockLook } from '../fleet.ts';
import { packCharm } from '../pack/pack-charm.ts';
import { makePolicy, type PolicyChoice } from '../policy-choice.ts';
import { stateFolder, type UnitFolder } from '../unit-folder.ts';
import { grantsOf, sheetOf } from './documents.ts';

/** What a unit may cost another one in a roll, on a busy machine. */
const MS_FOR_PAIR = 2_000;

/** What the units are run with. */
export interface JujuFleetOptions {
  /** The units' names, as Juju will call them. */
  readonly units: readonly string[];
  /** The folder of this run of the demo. */
  readonly runFolder: string;
  readonly policy: PolicyChoice;
  /** Which Juju is simulated. */
  readonly juju: JujuSeries;
}

/** Runs the packed charm as an application of a simulated Juju: every hook is a process of its own. */
export class JujuFleet implements Fleet {
  readonly units: readonly string[];
  readonly patienceMs: number;
  readonly #options: JujuFleetOptions;
  #version = 1;
  #application: Application | undefined;
  #folders: ReadonlyMap<string, UnitFolder> = new Map();
  #stopping = false;
  #failure: unknown;

  constructor(options: JujuFleetOptions) {
    this.#options = options;
    this.units = options.units;
    // Every change of one unit is a hook on each, so hooks grow with the square of the units.
    this.patienceMs = 60_000 + MS_FOR_PAIR * options.units.length ** 2;
  }

  get folders(): ReadonlyMap<string, UnitFolder> {
    return this.#folders;
  }

  configure(version: number): void {
    this.#version = version;
    this.#application?.setConfig({ version });
  }

  async start(): Promise<void> {
    const { runFolder, policy, juju } = this.#options;
    const charm = join(runFolder, 'charm');
    await packCharm({ folder: charm });
    const application = await startApplication({
      charm,
      juju,
      units: this.units.length,
      config: { version: this.#version, policy, guardian: process.pid },
      folder: join(runFolder, 'juju'),
      onLog: ({ unit, level, logger, message }) => {
        appendFileSync(join(runFolder, 'juju.log'), `${unit} ${level} ${logger} ${message}\n`);
      },
    });
    this.#application = application;
    this.#folders = new Map(
      this.units.map((unit) => [unit, stateFolder(application.charmFolder(unit))]),
    );
    void this.#watch(application);
  }

  look(): Promise<LockLook> {
    const application = this.#running();
    const { juju, policy } = this.#options;
    const units = application.status().units.map(({ unit, life }) => ({
      unit: parseUnitName(unit),
      life: life === 'alive' ? ('alive' as const) : ('dying' as const),
    }));
    const explanation = explainLock({
      lock: parseLockName('restart'),
      grants: grantsOf(application, juju),
      sheets: new Map(units.map(({ unit }) => [unit, sheetOf(application, unit)])),
      liveUnits: new Map(units.map(({ unit, life }) => [unit, life])),
      policy: makePolicy(policy),
      now: Date.now() * 1000,
    });
    return Promise.resolve({ leader: application.leader, explanation });
  }

  agentRuns(unit: string): boolean {
    const status = this.#running()
      .status()
      .units.find((each) => each.unit === unit);
    return status !== undefined && status.agent !== 'lost';
  }

  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  async kill(unit: string): Promise<void> {
    await this.#running().stopAgent(unit);
  }

  revive(unit: string): void {
    this.#running().startAgent(unit);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#application?.stop();
  }

  /** Notices when the simulator itself cannot go on. */
  async #watch(application: Application): Promise<void> {
    try {
      await application.until(() => this.#stopping);
    } catch (error) {
      if (!this.#stopping) this.#failure = error;
    }
  }

  #running(): Application {
    if (this.#application === undefined) throw new Error('the application was not started');
    return this.#application;
  }
}
