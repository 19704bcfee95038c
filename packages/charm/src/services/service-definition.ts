import { portText, type Port } from './port.ts';
import type { RequiredData } from './required-data.ts';
import type { ServiceCallbacks } from './service-callback.ts';
import { ServiceError } from './service-error.ts';
import { portsMissing } from './service-ports.ts';
import type { ServiceSystem } from './service-system.ts';

/** Data that a service tells other applications. */
export interface ProvidedData {
  /** The name of the relation, as the charm's metadata has it. */
  readonly relation: string;
  /**
   * Gives the data, in every hook but those that stop the services; `undefined` and an empty object publish
   * nothing.
   *
   * @param service - the service's name
   * @param ready - whether everything it requires is there, so that it was started
   */
  provide(
    service: string,
    ready: boolean,
  ):
    | Readonly<Record<string, string>>
    | undefined
    | Promise<Readonly<Record<string, string>> | undefined>;
}

/** One service of the charm and what belongs to it; everything but its name may be left out. */
export interface ServiceDefinition {
  /** The service's name, such as `postgresql`; each name once. */
  readonly service: string;
  /** What must be there before the service may run; see {@link RequiredData}. */
  readonly requiredData?: readonly RequiredData[];
  /** What is told to other applications. */
  readonly providedData?: readonly ProvidedData[];
  /** Runs in every hook in which all required data is there, so it must do nothing twice. */
  readonly dataReady?: ServiceCallbacks;
  /** Runs once when required data is there no more, before `stop`; again in a hook that follows a failed one. */
  readonly dataLost?: ServiceCallbacks;
  /**
   * Runs after `dataReady`, in every hook too; `[startService, managePorts]` where absent. That restarts
   * nothing: say in `dataReady` when a restart is needed.
   */
  readonly start?: ServiceCallbacks;
  /**
   * Runs in every hook in which required data is missing, and in the hook `stop`; `[managePorts, stopService]`
   * where absent.
   */
  readonly stop?: ServiceCallbacks;
  /** The ports that are open while the service runs. */
  readonly ports?: readonly Port[];
}

/** A definition that was checked. */
export interface Service {
  readonly definition: ServiceDefinition;
  /** Its ports as text with a protocol, each once. */
  readonly ports: readonly string[];
}

/**
 * Checks the definitions, and that what they need of the outside world was given.
 *
 * @throws {ServiceError} `INVALID_SERVICE`, `SYSTEM_MISSING`
 */
export function checkDefinitions(
  definitions: readonly ServiceDefinition[],
  system: ServiceSystem,
): ReadonlyMap<string, Service> {
  const services = new Map<string, Service>();
  for (const definition of definitions) {
    const { service, providedData = [] } = definition;
    if (service === '') {
      throw invalid(service, 'A service was defined without a name; give it the one it is run by.');
    }
    if (services.has(service)) {
      throw invalid(
        service,
        `The service ${service} was defined twice; make one definition of both.`,
      );
    }
    const ports = checkPorts(definition);
    if (ports.length > 0 && system.ports === undefined) throw portsMissing(service);
    if (providedData.length > 0 && system.relations === undefined) {
      throw new ServiceError(
        'SYSTEM_MISSING',
        `The service ${service} provides data, and nothing was given that publishes it: give system.relations, or run the charm under Juju.`,
        { service },
      );
    }
    services.set(service, { definition, ports });
  }
  return services;
}

function checkPorts({ service, ports = [] }: ServiceDefinition): readonly string[] {
  const texts = ports.map((port) => {
    const text = portText(port);
    if (text !== undefined) return text;
    throw invalid(
      service,
      `The service ${service} was defined with the port ${JSON.stringify(port)}; a port is a number from 1 to ` +
        '65535, or text such as "80", "53/udp", "8000-8010/tcp" or "icmp".',
    );
  });
  return [...new Set(texts)];
}

function invalid(service: string, message: string): ServiceError {
  return new ServiceError('INVALID_SERVICE', message, { service });
}
