import type { ServiceManager } from './service-manager.ts';

/** What callbacks are called for, in the order it happens: these two, or else the other two. */
export type ServiceEvent = 'dataReady' | 'start' | 'dataLost' | 'stop';

/** A callback that also gets the manager and the event; made by {@link managerCallback}. */
export interface ManagerCallback {
  /** Does what is to be done. It is awaited; what it gives is not looked at, and what it throws fails the hook. */
  readonly run: (manager: ServiceManager, service: string, event: ServiceEvent) => unknown;
}

/**
 * Code of the charm for a service: a function that gets the service's name, or one that
 * {@link managerCallback} made. It is awaited; what it gives is not looked at, and what it throws fails the
 * hook.
 */
export type ServiceCallback = ((service: string) => unknown) | ManagerCallback;

/** One callback, or several, which run one after the other. */
export type ServiceCallbacks = ServiceCallback | readonly ServiceCallback[];

/** Makes a callback that gets the manager, the service's name and the event. */
export function managerCallback(run: ManagerCallback['run']): ManagerCallback {
  return { run };
}

/** The callback that starts the service unless it runs. */
export const startService: ManagerCallback = managerCallback((manager, service) =>
  manager.control.start(service),
);

/**
 * The callback that restarts the service. As a `start` callback it does so in every hook, whether anything
 * changed or not, and without asking for a lock.
 */
export const restartService: ManagerCallback = managerCallback((manager, service) =>
  manager.control.restart(service),
);

/** The callback that stops the service if it runs, so that one that is not installed is no error. */
export const stopService: ManagerCallback = managerCallback(async (manager, service) => {
  if (await manager.control.isRunning(service)) await manager.control.stop(service);
});

/**
 * The callback that puts the service's ports right: as a `stop` or `dataLost` callback it closes them, else it
 * opens them and closes those that an earlier hook opened and that are listed no more.
 */
export const managePorts: ManagerCallback = managerCallback((manager, service, event) =>
  event === 'stop' || event === 'dataLost'
    ? manager.closePorts(service)
    : manager.openPorts(service),
);
