import { ServiceError } from './service-error.ts';
import type { ServiceMemory } from './service-memory.ts';
import type { PortControl } from './service-system.ts';

/** Opens and closes the ports of services, knowing which ones earlier hooks have opened. */
export class ServicePorts {
  readonly #memory: ServiceMemory;
  readonly #control: PortControl | undefined;

  /** Without `control` it works as long as there is no port. */
  constructor(memory: ServiceMemory, control: PortControl | undefined) {
    this.#memory = memory;
    this.#control = control;
  }

  /**
   * Opens these ports, after closing those that were opened for the service and are not among them.
   *
   * @throws {ServiceError} `SYSTEM_MISSING`
   */
  async open(service: string, ports: readonly string[]): Promise<void> {
    const { ports: opened } = await this.#memory.recall(service);
    const dropped = opened.filter((port) => !ports.includes(port));
    await this.#closeUnused(service, dropped);
    for (const port of ports) await this.#controlFor(service).open(port);
  }

  /**
   * Closes these ports and those that were opened for the service, but none that another service has open.
   *
   * @throws {ServiceError} `SYSTEM_MISSING`
   */
  async close(service: string, ports: readonly string[] = []): Promise<void> {
    const { ports: opened } = await this.#memory.recall(service);
    await this.#closeUnused(service, [...new Set([...opened, ...ports])]);
  }

  async #closeUnused(service: string, ports: readonly string[]): Promise<void> {
    const used = await this.#memory.portsOfOthers(service);
    for (const port of ports) {
      if (!used.has(port)) await this.#controlFor(service).close(port);
    }
  }

  #controlFor(service: string): PortControl {
    if (this.#control !== undefined) return this.#control;
    throw portsMissing(service);
  }
}

/** Says that ports have to be opened or closed and nothing was given that does it. */
export function portsMissing(service: string): ServiceError {
  return new ServiceError(
    'SYSTEM_MISSING',
    `The service ${service} has ports, or had some when its charm last ran, and nothing was given that opens ` +
      'and closes them: give system.ports, or run the charm under Juju.',
    { service },
  );
}
