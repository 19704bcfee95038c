import type { HookInfo } from '@baton/coordinator';
import { holdExitCode, throwExitCode } from '../exit-code.ts';
import type { Hooks } from '../hooks.ts';
import { isUnderJuju } from '../juju/hook-memo.ts';
import { jujuPorts } from '../juju/juju-ports.ts';
import { jujuRelations } from '../juju/juju-relations.ts';
import { FileReadinessStore } from './file-readiness-store.ts';
import type { ReadinessStore } from './readiness-store.ts';
import { isAllReady } from './required-data.ts';
import {
  managePorts,
  startService,
  stopService,
  type ServiceCallbacks,
  type ServiceEvent,
} from './service-callback.ts';
import { checkDefinitions, type Service, type ServiceDefinition } from './service-definition.ts';
import { ServiceError } from './service-error.ts';
import { ServiceMemory } from './service-memory.ts';
import { ServicePorts } from './service-ports.ts';
import type { RelationPublisher, ServiceControl, ServiceSystem } from './service-system.ts';
import { systemd } from './systemd.ts';

/** How a {@link ServiceManager} is made. */
export interface ServiceManagerOptions {
  /** The services, which are brought in line in this order. */
  readonly services: readonly ServiceDefinition[];
  /** What runs the charm's hooks. Without it, call {@link ServiceManager.manage} in every hook. */
  readonly hooks?: Pick<Hooks, 'always'>;
  /**
   * What reaches the outside world. Where it does not say otherwise, systemd runs the services, and under Juju
   * its hook tools open ports and publish data.
   */
  readonly system?: ServiceSystem;
  /** What remembers between hooks; a {@link FileReadinessStore} in the charm's directory where absent. */
  readonly state?: ReadinessStore;
}

/** Hooks of a unit that goes: what `stop` has stopped, `remove` must not start again. */
const LAST_HOOKS: ReadonlySet<string> = new Set(['stop', 'remove']);
const DEFAULTS: Readonly<Partial<Record<ServiceEvent, ServiceCallbacks>>> = {
  start: [startService, managePorts],
  stop: [managePorts, stopService],
};

/**
 * Brings the services of a charm in line with the data there is, in every hook. Make the coordinators first,
 * then this one with the same `Hooks`, after the functions that must have run before (such as the one that
 * installs packages), and call `hooks.execute()` last.
 *
 * In every hook, one service after the other: where all `requiredData` is there, its `dataReady` callbacks run,
 * then `start`; where some is missing, `dataLost`, if the service was ready before, then `stop`. Then
 * `providedData` is published. In the hooks `stop` and `remove` only the `stop` callbacks run.
 *
 * The first callback that throws fails the hook: the rest is left for the next one, no lock is given back, and
 * that service's readiness stays as it was. A callback may run again for the same event, since a failed hook
 * is repeated. `throw new HookExit(0)` in a callback ends the whole hook as a success, with the rest left for
 * the next hook and nothing remembered of that service.
 */
export class ServiceManager {
  /** How services are started and stopped, for callbacks. */
  readonly control: ServiceControl;
  readonly #relations: RelationPublisher | undefined;
  readonly #services: ReadonlyMap<string, Service>;
  readonly #memory: ServiceMemory;
  readonly #ports: ServicePorts;
  /** The service whose callbacks run just now, and its ports as they have left them. */
  #current: { readonly service: string; ports: readonly string[] | undefined } | undefined;

  /**
   * Registers itself with `hooks`; nothing is read or started before the first hook.
   *
   * @throws {ServiceError} `INVALID_SERVICE` for a name that is empty or comes twice, and for a port that is
   * none; outside Juju, `SYSTEM_MISSING` where a service has `ports` or `providedData` and `system` has nothing
   * for them
   */
  constructor(options: ServiceManagerOptions) {
    const { hooks, services } = options;
    const juju = isUnderJuju() ? { ports: jujuPorts(), relations: jujuRelations() } : {};
    const system = { ...juju, ...options.system };
    this.#relations = system.relations;
    this.#services = checkDefinitions(services, system);
    this.#memory = new ServiceMemory(options.state ?? new FileReadinessStore());
    this.#ports = new ServicePorts(this.#memory, system.ports);
    this.control = system.services ?? systemd();
    hooks?.always((hook) => this.manage(hook));
  }

  /**
   * Does what the hook asks for: stops all services in `stop` and `remove`, and in every other hook brings them
   * in line and then publishes what they provide. One call at a time.
   *
   * @throws what callbacks throw; {@link ServiceError} of the system and of the state
   */
  async manage(hook: HookInfo): Promise<void> {
    if (hook.kind === 'hook' && LAST_HOOKS.has(hook.name)) {
      await this.stopServices();
      return;
    }
    await this.reconfigureServices();
    await this.provideData();
  }

  /**
   * Brings these services in line, or all of them. With all of them, services that were remembered and are
   * defined no more are forgotten, and their ports closed; they are not stopped.
   *
   * @throws what callbacks throw; {@link ServiceError}, `UNKNOWN_SERVICE` among them
   */
  async reconfigureServices(...names: readonly string[]): Promise<void> {
    await whole(async () => {
      await this.#memory.refresh();
      for (const name of this.#chosen(names)) await this.#reconfigure(name);
      if (names.length === 0) await this.#forgetUndefined();
    });
  }

  /**
   * Runs the `stop` callbacks of these services, or of all of them. Whether they were ready stays remembered.
   *
   * @throws what callbacks throw; {@link ServiceError}, `UNKNOWN_SERVICE` among them
   */
  async stopServices(...names: readonly string[]): Promise<void> {
    await whole(async () => {
      await this.#memory.refresh();
      for (const name of this.#chosen(names)) {
        const { ready } = await this.#memory.recall(name);
        await this.#runEvents(name, ['stop'], ready);
      }
    });
  }

  /**
   * Publishes what the services provide.
   *
   * @throws what `provide` throws; what `system.relations` throws
   */
  async provideData(): Promise<void> {
    await whole(async () => {
      for (const [name, { definition }] of this.#services) {
        for (const provider of definition.providedData ?? []) {
          const data = await provider.provide(name, await this.wasReady(name));
          if (data === undefined || Object.keys(data).length === 0) continue;
          await this.#relations?.publish(provider.relation, data);
        }
      }
    });
  }

  /** The definition of a service. @throws {ServiceError} `UNKNOWN_SERVICE` */
  getService(name: string): ServiceDefinition {
    return this.#service(name).definition;
  }

  /** Asks whether everything the service requires is there. @throws {ServiceError} `UNKNOWN_SERVICE` */
  async isReady(name: string): Promise<boolean> {
    return await isAllReady(this.getService(name).requiredData ?? []);
  }

  /** Whether the service is remembered as ready; false of one nobody knows. @throws {ServiceError} of the state */
  async wasReady(name: string): Promise<boolean> {
    return (await this.#memory.recall(name)).ready;
  }

  /**
   * Opens the ports of a service, and closes those that were opened for it and are listed no more. For
   * callbacks; {@link managePorts} calls it.
   *
   * @throws {ServiceError} `UNKNOWN_SERVICE`, `SYSTEM_MISSING`; what `system.ports` throws
   */
  async openPorts(name: string): Promise<void> {
    const { ports } = this.#service(name);
    await this.#ports.open(name, ports);
    await this.#setPorts(name, ports);
  }

  /**
   * Closes the ports of a service, and those that were opened for it earlier; one that was opened for another
   * service too stays open. For callbacks; {@link managePorts} calls it.
   *
   * @throws {ServiceError} `UNKNOWN_SERVICE`, `SYSTEM_MISSING`; what `system.ports` throws
   */
  async closePorts(name: string): Promise<void> {
    const { ports } = this.#service(name);
    await this.#ports.close(name, ports);
    await this.#setPorts(name, []);
  }

  async #reconfigure(name: string): Promise<void> {
    if (await this.isReady(name)) await this.#runEvents(name, ['dataReady', 'start'], true);
    else if (await this.wasReady(name)) await this.#runEvents(name, ['dataLost', 'stop'], false);
    else await this.#runEvents(name, ['stop'], false);
  }

  /** Runs the callbacks of a service, and remembers what has become of it once all of them succeeded. */
  async #runEvents(name: string, events: readonly ServiceEvent[], ready: boolean): Promise<void> {
    const { definition } = this.#service(name);
    const outer = this.#current;
    const current: typeof outer = { service: name, ports: undefined };
    this.#current = current;
    try {
      for (const event of events) {
        const callbacks = definition[event] ?? DEFAULTS[event] ?? [];
        for (const callback of [callbacks].flat()) {
          if (typeof callback === 'function') await callback(name);
          else await callback.run(this, name, event);
        }
      }
      throwExitCode();
    } finally {
      this.#current = outer;
    }
    const ports = current.ports ?? (await this.#memory.recall(name)).ports;
    await this.#memory.remember(name, { ready, ports });
  }

  async #forgetUndefined(): Promise<void> {
    for (const name of (await this.#memory.all()).keys()) {
      if (this.#services.has(name)) continue;
      await this.#ports.close(name);
      await this.#memory.forget(name);
    }
  }

  async #setPorts(name: string, ports: readonly string[]): Promise<void> {
    if (this.#current?.service === name) this.#current.ports = ports;
    else await this.#memory.remember(name, { ...(await this.#memory.recall(name)), ports });
  }

  #chosen(names: readonly string[]): readonly string[] {
    for (const name of names) this.#service(name);
    return names.length === 0 ? [...this.#services.keys()] : names;
  }

  #service(name: string): Service {
    const service = this.#services.get(name);
    if (service !== undefined) return service;
    const known = [...this.#services.keys()].join(', ') || 'none';
    throw new ServiceError(
      'UNKNOWN_SERVICE',
      `The service ${name} was asked for, and is not defined; the services there are: ${known}.`,
      { service: name },
    );
  }
}

/** Runs a part of the hook; an exit code of failure that it leaves behind fails it. */
async function whole(part: () => Promise<void>): Promise<void> {
  const giveBackExitCode = holdExitCode();
  try {
    await part();
    throwExitCode();
  } finally {
    giveBackExitCode();
  }
}
