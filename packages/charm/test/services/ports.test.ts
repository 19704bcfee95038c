import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryReadinessStore, ServiceManager } from '../../src/index.ts';
import type { Port, ServiceDefinition } from '../../src/index.ts';
import { portText } from '../../src/services/port.ts';
import { hook, World } from './world.ts';

let world: World;
let state: MemoryReadinessStore;

beforeEach(() => {
  world = new World();
  state = new MemoryReadinessStore();
});

/** A new version of the charm, with what the one before has left. */
function manager(...services: readonly ServiceDefinition[]): ServiceManager {
  return new ServiceManager({ services, system: world.system, state });
}

/** A service that does nothing but have ports. */
function web(...ports: readonly Port[]): ServiceDefinition {
  world.running.add('web');
  return { service: 'web', ports };
}

async function done(managed: ServiceManager, name?: string): Promise<readonly string[]> {
  world.take();
  await managed.manage(hook(name));
  return world.take().filter((what) => /^(?:open|close) /.test(what));
}

describe('the ports of a service', () => {
  it('are opened in every hook, since a failed hook takes back what it opened', async () => {
    const managed = manager(web(80, '443', '443/tcp'));
    expect(await done(managed)).toEqual(['open 80/tcp', 'open 443/tcp']);
    expect(await done(managed)).toEqual(['open 80/tcp', 'open 443/tcp']);
  });

  it('are closed when they are listed no more', async () => {
    await done(manager(web(80, 443)));
    expect(await done(manager(web(443, 8080)))).toEqual([
      'close 80/tcp',
      'open 443/tcp',
      'open 8080/tcp',
    ]);
    expect(await done(manager(web(443, 8080)))).toEqual(['open 443/tcp', 'open 8080/tcp']);
  });

  it('are closed with the service, also those of an earlier version', async () => {
    await done(manager(web(80)));
    expect(await done(manager(web(443)), 'stop')).toEqual(['close 80/tcp', 'close 443/tcp']);
    expect(await done(manager(web(8080)))).toEqual(['open 8080/tcp']);
  });

  it('are closed when the service is defined no more, and that only once', async () => {
    await done(manager(web(80)));
    expect(await done(manager())).toEqual(['close 80/tcp']);
    expect(await state.read()).toEqual(new Map());
    expect(await done(manager())).toEqual([]);
  });

  it('stay open while another service has them open', async () => {
    const other = { service: 'other', ports: [80], requiredData: [true] };
    await done(manager(web(80), other));
    expect(await done(manager(web(), other))).toEqual(['open 80/tcp']);
    expect(await done(manager(web(), { ...other, requiredData: [false] }))).toEqual([
      'close 80/tcp',
    ]);
  });

  it('are still remembered when closing fails', async () => {
    await done(manager(web(80)));
    world.failing.add('close 80/tcp');
    await expect(manager(web(443)).manage(hook())).rejects.toThrow('close 80/tcp failed');
    world.failing.clear();
    expect(await done(manager(web(443)))).toEqual(['close 80/tcp', 'open 443/tcp']);
  });

  it('need something that closes them, as long as one is remembered', async () => {
    await done(manager(web(80)));
    const { services } = world.system;
    const managed = new ServiceManager({ services: [web()], system: { services }, state });
    await expect(managed.manage(hook())).rejects.toMatchObject({ code: 'SYSTEM_MISSING' });
    expect((await state.read()).get('web')?.ports).toEqual(['80/tcp']);
  });

  it('are remembered at once when they are opened and closed by hand', async () => {
    const managed = manager(web(80));
    await managed.openPorts('web');
    expect((await state.read()).get('web')).toEqual({ ready: false, ports: ['80/tcp'] });
    await managed.closePorts('web');
    expect(await state.read()).toEqual(new Map());
  });
});

describe('a port', () => {
  it.each([
    [80, '80/tcp'],
    ['80', '80/tcp'],
    ['53/udp', '53/udp'],
    ['8000-8010/tcp', '8000-8010/tcp'],
    ['80-80', '80/tcp'],
    [65_535, '65535/tcp'],
    ['icmp', 'icmp'],
  ])('%s is the port %s', (port, text) => {
    expect(portText(port)).toBe(text);
  });

  it.each([0, -1, 1.5, 65_536, NaN, '', 'http', '80/sctp', '10-5', '1-70000', '80 ', '--help'])(
    '%s is none',
    (port) => {
      expect(portText(port)).toBeUndefined();
    },
  );
});
