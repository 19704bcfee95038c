import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  FileReadinessStore,
  HookExit,
  Hooks,
  managerCallback,
  managePorts,
  restartService,
  ServiceError,
  ServiceManager,
} from '../../src/index.ts';
import type { ProvidedData, ServiceDefinition } from '../../src/index.ts';
import { CountingStore, hook, World } from './world.ts';

let world: World;
let state: CountingStore;
let data: Record<string, string>;
let exitCodeBefore: typeof process.exitCode;

beforeEach(() => {
  world = new World();
  state = new CountingStore();
  data = {};
  exitCodeBefore = process.exitCode;
});
afterEach(() => {
  process.exitCode = exitCodeBefore;
});

function manager(...services: readonly ServiceDefinition[]): ServiceManager {
  return new ServiceManager({ services, system: world.system, state });
}

/** A service that needs `data`, and tells of all its events. */
function telling(service: string): ServiceDefinition {
  return {
    service,
    requiredData: [() => data],
    dataReady: world.step('dataReady'),
    dataLost: world.step('dataLost'),
    start: world.step('start'),
    stop: world.step('stop'),
  };
}

/** A manager that registers itself. */
function managerWith(hooks: Hooks, ...services: readonly ServiceDefinition[]): ServiceManager {
  return new ServiceManager({ hooks, services, system: world.system, state });
}

function leave(): never {
  throw new HookExit(0);
}

/** A service that needs `data`, and provides what `give` gives. */
function provider(give: ProvidedData['provide']): ServiceDefinition {
  return {
    service: 'web',
    requiredData: [() => data],
    start: world.step('start'),
    stop: [],
    providedData: [{ relation: 'website', provide: give }],
  };
}

describe('the events of a service', () => {
  it('are dataReady and then start in every hook in which all required data is there', async () => {
    data = { host: 'db' };
    const managed = manager(telling('web'));
    for (const name of ['install', 'config-changed', 'update-status']) {
      await managed.manage(hook(name));
      expect(world.take()).toEqual(['dataReady web', 'start web']);
    }
  });

  it('are stop alone while the data was never there', async () => {
    const managed = manager(telling('web'));
    for (const name of ['install', 'start']) {
      await managed.manage(hook(name));
      expect(world.take()).toEqual(['stop web']);
    }
    expect(state.writes).toBe(0);
  });

  it('are dataLost once and then stop in every hook after the data has gone', async () => {
    data = { host: 'db' };
    const managed = manager(telling('web'));
    await managed.manage(hook());
    world.take();
    data = {};
    await managed.manage(hook());
    expect(world.take()).toEqual(['dataLost web', 'stop web']);
    await managed.manage(hook());
    expect(world.take()).toEqual(['stop web']);
  });

  it('tell of lost data that an earlier process had', async () => {
    data = { host: 'db' };
    await manager(telling('web')).manage(hook());
    world.take();
    data = {};
    await manager(telling('web')).manage(hook());
    expect(world.take()).toEqual(['dataLost web', 'stop web']);
  });

  it('come for one service after the other, in the order of their definitions', async () => {
    data = { host: 'db' };
    await manager(telling('web'), { ...telling('cache'), requiredData: [{}] }).manage(hook());
    expect(world.take()).toEqual(['dataReady web', 'start web', 'stop cache']);
  });

  it.each(['stop', 'remove'])('are stop alone in the hook %s, ready or not', async (name) => {
    data = { host: 'db' };
    const managed = manager(telling('web'), { ...telling('cache'), requiredData: [false] });
    await managed.manage(hook());
    world.take();
    await managed.manage(hook(name));
    expect(world.take()).toEqual(['stop web', 'stop cache']);
    expect(await managed.wasReady('web')).toBe(true);
  });

  it('go on in a command that is called stop', async () => {
    data = { host: 'db' };
    await manager(telling('web')).manage({ name: 'stop', kind: 'exec' });
    expect(world.take()).toEqual(['dataReady web', 'start web']);
  });
});

describe('without callbacks', () => {
  it('a service is started, not restarted, and then its ports are opened', async () => {
    const managed = manager({ service: 'web', ports: [80] });
    await managed.manage(hook());
    expect(world.take()).toEqual(['start web', 'open 80/tcp']);
  });

  it('its ports are closed, and then it is stopped', async () => {
    const managed = manager({ service: 'web', ports: [80], requiredData: [() => data] });
    data = { host: 'db' };
    await managed.manage(hook());
    world.take();
    data = {};
    await managed.manage(hook());
    expect(world.take()).toEqual(['close 80/tcp', 'stop web']);
  });

  it('a service that does not run, or is not installed yet, is not stopped', async () => {
    await manager({ service: 'web', requiredData: [undefined] }).manage(hook('install'));
    expect(world.take()).toEqual([]);
  });

  it('an empty list of callbacks means that nothing is to be done', async () => {
    await manager({ service: 'web', start: [] }).manage(hook());
    expect(world.take()).toEqual([]);
  });
});

describe('callbacks', () => {
  it('may be several, run one after the other, and are awaited', async () => {
    const start = [world.step('first'), world.step('second'), restartService, managePorts];
    await manager({ service: 'web', ports: ['53/udp'], start }).manage(hook());
    expect(world.take()).toEqual(['first web', 'second web', 'restart web', 'open 53/udp']);
  });

  it('of the manager get the manager, the service and the event', async () => {
    const seen: unknown[] = [];
    const see = managerCallback((...args) => seen.push(args));
    const managed = manager({ service: 'web', dataReady: see, start: [see], stop: see });
    await managed.manage(hook());
    await managed.manage(hook('stop'));
    expect(seen).toEqual([
      [managed, 'web', 'dataReady'],
      [managed, 'web', 'start'],
      [managed, 'web', 'stop'],
    ]);
  });

  it('may use the manager, on other services too', async () => {
    const stopOther = managerCallback((managed) => managed.stopServices('cache'));
    const managed = manager(
      { service: 'web', ports: [80], start: [managePorts, stopOther] },
      { ...telling('cache'), requiredData: [false] },
    );
    await managed.manage(hook());
    expect(world.take()).toEqual(['open 80/tcp', 'stop cache', 'stop cache']);
    expect(await state.read()).toEqual(new Map([['web', { ready: true, ports: ['80/tcp'] }]]));
  });
});

describe('readiness', () => {
  it('is written only when it changed', async () => {
    data = { host: 'db' };
    const managed = manager(telling('web'));
    await managed.manage(hook());
    await managed.manage(hook());
    expect(state.writes).toBe(1);
    expect(await state.read()).toEqual(new Map([['web', { ready: true, ports: [] }]]));
    data = {};
    await managed.manage(hook());
    expect(await state.read()).toEqual(new Map());
  });

  it.each(['dataReady', 'start'])('is not reached when %s fails', async (event) => {
    data = { host: 'db' };
    const managed = manager(telling('web'), telling('cache'));
    world.failing.add(`${event} web`);
    await expect(managed.manage(hook())).rejects.toThrow(`${event} web failed`);
    expect(await managed.wasReady('web')).toBe(false);
    expect(world.take()).not.toContain('dataReady cache');
    expect(state.writes).toBe(0);
  });

  it.each(['dataLost', 'stop'])('stays when %s fails, and dataLost comes again', async (event) => {
    data = { host: 'db' };
    const managed = manager(telling('web'));
    await managed.manage(hook());
    data = {};
    world.failing.add(`${event} web`);
    await expect(managed.manage(hook())).rejects.toThrow(`${event} web failed`);
    expect(await managed.wasReady('web')).toBe(true);
    world.failing.clear();
    world.take();
    await managed.manage(hook());
    expect(world.take()).toEqual(['dataLost web', 'stop web']);
  });

  it('of a service that succeeded is kept when a later one fails', async () => {
    data = { host: 'db' };
    const managed = manager(telling('web'), telling('cache'));
    world.failing.add('start cache');
    await expect(managed.manage(hook())).rejects.toThrow('start cache failed');
    expect(await managed.wasReady('web')).toBe(true);
    expect(await managed.wasReady('cache')).toBe(false);
  });

  it('is read anew in every hook', async () => {
    const managed = manager(telling('web'));
    await managed.manage(hook());
    await state.write(new Map([['web', { ready: true, ports: [] }]]));
    world.take();
    await managed.manage(hook());
    expect(world.take()).toEqual(['dataLost web', 'stop web']);
  });

  it('that cannot be read fails the hook before anything is done', async () => {
    data = { host: 'db' };
    const managed = manager(telling('web'));
    state.read = () => Promise.reject(new Error('unreadable'));
    await expect(managed.manage(hook())).rejects.toThrow('unreadable');
    await expect(managed.manage(hook('stop'))).rejects.toThrow('unreadable');
    expect(world.take()).toEqual([]);
    expect(state.writes).toBe(0);
  });
});

describe('the way out of a callback', () => {
  it('by process.exitCode is a failure, and nothing is remembered', async () => {
    process.exitCode = 9;
    const managed = manager({
      service: 'web',
      start: () => {
        process.exitCode = 3;
      },
    });
    await expect(managed.manage(hook())).rejects.toMatchObject({ name: 'HookExit', exitCode: 3 });
    expect(state.writes).toBe(0);
    expect(process.exitCode).toBe(9);
  });

  it('by HookExit 0 ends the hook as a success and leaves the rest for the next', async () => {
    const hooks = new Hooks();
    hooks.atExit(() => world.do('atExit'));
    const managed = managerWith(hooks, { service: 'web', start: leave }, telling('cache'));
    expect(await hooks.run(hook())).toEqual({ ok: true });
    expect(world.take()).toEqual(['atExit']);
    expect(await managed.wasReady('web')).toBe(false);
  });
});

describe('provided data', () => {
  it('is published after all services were brought in line, with what became of them', async () => {
    const managed = manager(
      provider(async (service, ready) => ({ service, ready: `${ready}` })),
      { service: 'cache' },
    );
    await managed.manage(hook());
    expect(world.take()).toEqual([
      'start cache',
      'publish website {"service":"web","ready":"false"}',
    ]);
    data = { host: 'db' };
    await managed.manage(hook());
    expect(world.take()).toEqual([
      'start web',
      'start cache',
      'publish website {"service":"web","ready":"true"}',
    ]);
  });

  it.each([undefined, {}])('is not published where it is %s', async (nothing) => {
    await manager(provider(() => nothing)).manage(hook());
    expect(world.take()).toEqual([]);
  });

  it('is not published when the services are stopped, nor when a callback fails', async () => {
    data = { host: 'db' };
    const managed = manager(provider(() => ({ port: '80' })));
    await managed.manage(hook('stop'));
    world.failing.add('start web');
    await expect(managed.manage(hook())).rejects.toThrow('start web failed');
    expect(world.take()).toEqual(['start web']);
  });

  it('fails the hook when it cannot be had', async () => {
    const managed = manager(provider(() => Promise.reject(new Error('no address yet'))));
    await expect(managed.manage(hook())).rejects.toThrow('no address yet');
  });
});

describe('with hooks', () => {
  it('every hook brings the services in line, after what was registered before', async () => {
    const hooks = new Hooks();
    hooks.on('install', () => world.do('install packages'));
    managerWith(hooks, { service: 'web' });
    expect(await hooks.run(hook('install'))).toEqual({ ok: true });
    expect(world.take()).toEqual(['install packages', 'start web']);
    expect(await hooks.run(hook('peers-relation-changed'))).toEqual({ ok: true });
    expect(world.take()).toEqual(['start web']);
    expect(await hooks.run(hook('stop'))).toEqual({ ok: true });
    expect(world.take()).toEqual(['stop web']);
  });

  it('actions leave the services alone', async () => {
    const hooks = new Hooks();
    hooks.action('backup', () => world.do('backup'));
    managerWith(hooks, { service: 'web' });
    expect(await hooks.run({ name: 'backup', kind: 'action' })).toEqual({ ok: true });
    expect(world.take()).toEqual(['backup']);
  });
});

describe('by name', () => {
  it('some services are brought in line or stopped', async () => {
    data = { host: 'db' };
    const managed = manager(telling('web'), telling('cache'));
    await managed.reconfigureServices('cache');
    await managed.stopServices('cache', 'web');
    expect(world.take()).toEqual(['dataReady cache', 'start cache', 'stop cache', 'stop web']);
  });

  it('a service is looked up, and asked whether it is ready', async () => {
    const web = telling('web');
    const managed = manager(web);
    expect(managed.getService('web')).toBe(web);
    expect(await managed.isReady('web')).toBe(false);
    data = { host: 'db' };
    expect(await managed.isReady('web')).toBe(true);
  });

  it('one that is not defined is refused before anything is done', async () => {
    const managed = manager(telling('web'));
    const refused = managed.stopServices('web', 'wbe');
    await expect(refused).rejects.toSatisfy((error) => ServiceError.is(error, 'UNKNOWN_SERVICE'));
    await expect(refused).rejects.toThrow('the services there are: web');
    expect(world.take()).toEqual([]);
    expect(() => new ServiceManager({ services: [] }).getService('web')).toThrow('are: none');
  });
});

describe('a manager that cannot work', () => {
  const WEB = { service: 'web' };
  it.each([
    ['a service without a name', [{ service: '' }], 'INVALID_SERVICE'],
    ['a name that comes twice', [WEB, WEB], 'INVALID_SERVICE'],
    ['a port that is none', [{ ...WEB, ports: [0] }], 'INVALID_SERVICE'],
    ['ports and nothing to open them', [{ ...WEB, ports: [80] }], 'SYSTEM_MISSING'],
    [
      'provided data and nothing to publish it',
      [{ ...WEB, providedData: [{ relation: 'website', provide: () => undefined }] }],
      'SYSTEM_MISSING',
    ],
  ] as const)('is refused: %s', (_, services, code) => {
    const make = (): ServiceManager => new ServiceManager({ services });
    expect(make).toThrow(expect.objectContaining({ name: 'ServiceError', code, retryable: false }));
  });

  it('has systemd and a file in the charm directory where nothing else was given', () => {
    const managed = new ServiceManager({ services: [WEB] });
    expect(Object.keys(managed.control).toSorted()).toEqual([
      'isRunning',
      'restart',
      'start',
      'stop',
    ]);
    expect(new FileReadinessStore().path).toMatch(/\.baton-services\.json$/);
  });
});

describe('ServiceError.is', () => {
  it('tells it from others, and its code from other codes', () => {
    const error = new ServiceError('SYSTEMCTL_FAILED', 'no', { cause: 1, service: 'web' });
    expect(error).toMatchObject({ cause: 1, service: 'web', path: undefined, retryable: true });
    expect(ServiceError.is(error)).toBe(true);
    expect(ServiceError.is(error, 'SYSTEMCTL_FAILED')).toBe(true);
    expect(ServiceError.is(error, 'STATE_CORRUPT')).toBe(false);
    for (const other of [new Error('no'), null, undefined, 'ServiceError', {}]) {
      expect(ServiceError.is(other)).toBe(false);
    }
  });
});
