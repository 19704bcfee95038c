/** Starts and stops the services of this machine. What it throws fails the hook. */
export interface ServiceControl {
  /** Starts a service and waits until it is up; one that runs stays as it is. */
  start(service: string): Promise<void>;
  /** Stops a service and waits until it is down. */
  stop(service: string): Promise<void>;
  /** Stops a service that runs, starts it again, and waits until it is up. */
  restart(service: string): Promise<void>;
  /** Whether a service runs; one that nobody installed does not. */
  isRunning(service: string): Promise<boolean>;
}

/**
 * Opens and closes ports to the network. A port is text as in `80/tcp`, `8000-8010/udp` or `icmp`. Opening an
 * open one and closing a closed one must be no error: both happen again in every hook.
 */
export interface PortControl {
  /** Opens a port. */
  open(port: string): Promise<void>;
  /** Closes a port. */
  close(port: string): Promise<void>;
}

/** Tells other applications this unit's data. */
export interface RelationPublisher {
  /** Sets data on every relation of that name; where there is none, it does nothing. */
  publish(relation: string, data: Readonly<Record<string, string>>): Promise<void>;
}

/** What of a service manager reaches the outside world. */
export interface ServiceSystem {
  /** How services are started and stopped; `systemd()` where absent. */
  readonly services?: ServiceControl;
  /** How ports are opened and closed; where absent, `jujuPorts()` under Juju, and no service may have `ports` elsewhere. */
  readonly ports?: PortControl;
  /** How data is told to others; where absent, `jujuRelations()` under Juju, and no service may have `providedData` elsewhere. */
  readonly relations?: RelationPublisher;
}
