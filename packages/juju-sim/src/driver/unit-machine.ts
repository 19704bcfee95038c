import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { HookContext } from '../model/hook-context.ts';
import type { HookExit } from '../model/model-options.ts';
import { AgentSocket, type CallObserver } from './agent-socket.ts';
import { CharmCopy } from './charm-copy.ts';
import { hookEnvironment, type EnvironmentOptions } from './hook-environment.ts';
import { startHook } from './hook-process.ts';
import { groupLives, killByEnvironment, signal } from './processes.ts';

/** What all units of an application have in common. */
export interface MachineOptions extends Pick<
  EnvironmentOptions,
  'toolsFolder' | 'modelName' | 'path'
> {
  /** The folder of the unit: its agent's socket and its charm are in it. */
  readonly folder: string;
  readonly log: (level: string, logger: string, message: string) => void;
  readonly observer: CallObserver;
}

/** Where one unit runs: its folder, its copy of the charm, and its processes. */
export class UnitMachine {
  readonly charm: CharmCopy;
  readonly #options: MachineOptions;
  readonly #socketAddress: string;
  #running: { readonly pid: number | undefined; readonly socket: AgentSocket } | undefined;
  #deployed: number | undefined;
  #killed = false;
  /** The process groups that outlived their hook. */
  readonly #groups = new Set<number>();

  constructor(options: MachineOptions) {
    this.#options = options;
    this.#socketAddress = join(options.folder, 'agent.socket');
    this.charm = new CharmCopy(join(options.folder, 'charm'));
  }

  /** Runs the charm for one hook, on the charm of that revision, until its process has ended. */
  async run(context: HookContext, revision: number, charmFolder: string): Promise<HookExit> {
    const { folder, log, observer } = this.#options;
    this.#killed = false;
    await mkdir(folder, { recursive: true });
    if (this.#deployed !== revision) {
      await this.charm.deploy(charmFolder);
      this.#deployed = revision;
    }
    const name = context.hook?.name ?? context.action?.name ?? '';
    const socket = await AgentSocket.open(this.#socketAddress, context, observer);
    const { pid, ended } = await startHook({
      charmFolder: this.charm.folder,
      script: `${context.action ? 'actions' : 'hooks'}/${name}`,
      environment: hookEnvironment(context, {
        ...this.#options,
        charmFolder: this.charm.folder,
        socketAddress: this.#socketAddress,
      }),
      onLine: (level, line) => log(level, `unit.${context.unit}.${name}`, line),
    });
    this.#running = { pid, socket };
    // It may have been to be killed before there was anything to kill.
    if (this.#killed) this.killHook();
    const exit = await ended;
    await socket.close();
    this.#running = undefined;
    if (pid !== undefined && groupLives(pid)) this.#groups.add(pid);
    return exit;
  }

  /** Kills the hook that runs, if one does. */
  killHook(): void {
    this.#killed = true;
    if (this.#running?.pid !== undefined) signal(-this.#running.pid);
    this.#running?.socket.abort();
  }

  /** Ends everything that the unit's hooks have ever started. */
  async killAll(): Promise<void> {
    this.killHook();
    const groups = [...this.#groups].filter(groupLives);
    this.#groups.clear();
    await killByEnvironment(`JUJU_AGENT_SOCKET_ADDRESS=${this.#socketAddress}`, groups);
  }
}
