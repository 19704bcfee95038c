import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HookToolError } from '@baton/hook-tools';
import {
  jujuPorts,
  jujuRelations,
  MemoryReadinessStore,
  relationData,
  ServiceManager,
} from '../../src/index.ts';
import { FakeTools } from './fake-tools.ts';

let tools: FakeTools;
let hooks = 0;

beforeEach(() => {
  tools = new FakeTools();
  nextHook();
});
afterEach(() => {
  vi.unstubAllEnvs();
});

function nextHook(): void {
  hooks += 1;
  vi.stubEnv('JUJU_CONTEXT_ID', `web/0-config-changed-${hooks}`);
  vi.stubEnv('JUJU_UNIT_NAME', 'web/0');
}

describe('jujuRelations', () => {
  it('sets what changed and only that, on every relation of the name', async () => {
    tools.answers.set('relation-ids site', ['site:1', 'site:2']);
    tools.answers.set('relation-get -r site:1 - web/0', { port: '80', host: 'old', x: '1' });
    tools.answers.set('relation-get -r site:2 - web/0', { port: '80', host: 'new' });
    await jujuRelations(tools).publish('site', { port: '80', host: 'new' });
    expect(tools.take()).toEqual([
      'relation-ids site',
      'relation-get -r site:1 - web/0',
      'relation-set -r site:1 --file - < {"host":"new"}',
      'relation-get -r site:2 - web/0',
    ]);
  });

  it('takes a key away that is there, and only then', async () => {
    tools.answers.set('relation-ids site', ['site:1']);
    tools.answers.set('relation-get -r site:1 - web/0', { old: '1' });
    await jujuRelations(tools).publish('site', { old: '', never: '' });
    expect(tools.take().at(-1)).toBe('relation-set -r site:1 --file - < {"old":""}');
  });

  it('asks once a hook which relations there are, and again in the next', async () => {
    const relations = jujuRelations(tools);
    tools.answers.set('relation-ids site', []);
    tools.answers.set('relation-ids other', []);
    await relations.publish('site', { a: '1' });
    await relations.publish('site', { b: '2' });
    await relations.publish('other', { b: '2' });
    expect(tools.take()).toEqual(['relation-ids site', 'relation-ids other']);
    nextHook();
    await relations.publish('site', { a: '1' });
    expect(tools.take()).toEqual(['relation-ids site']);
  });
});

describe('jujuPorts', () => {
  it('calls a tool only for what is not as it should be', async () => {
    tools.answers.set('opened-ports', ['80/tcp', '53/udp']);
    const ports = jujuPorts(tools);
    await ports.open('80/tcp');
    await ports.open('443/tcp');
    await ports.close('53/udp');
    await ports.close('8000-8010/tcp');
    expect(tools.take()).toEqual(['opened-ports', 'open-port 443/tcp', 'close-port 53/udp']);
  });

  it('knows what it did in this hook, which Juju tells of only later', async () => {
    tools.answers.set('opened-ports', []);
    const ports = jujuPorts(tools);
    await ports.open('80/tcp');
    await ports.open('80/tcp');
    await ports.close('80/tcp');
    expect(tools.take()).toEqual(['opened-ports', 'open-port 80/tcp', 'close-port 80/tcp']);
  });

  it('opens again in the next hook what a failed one did not keep open', async () => {
    tools.answers.set('opened-ports', []);
    const ports = jujuPorts(tools);
    await ports.open('80/tcp');
    nextHook();
    await ports.open('80/tcp');
    expect(tools.take()).toEqual([
      'opened-ports',
      'open-port 80/tcp',
      'opened-ports',
      'open-port 80/tcp',
    ]);
  });

  it('does not take a port for open that Juju refused to open', async () => {
    tools.answers.set('opened-ports', []);
    tools.failing.set('open-port', new HookToolError('FAILED', 'conflict'));
    const ports = jujuPorts(tools);
    await expect(ports.open('80/tcp')).rejects.toMatchObject({ code: 'FAILED' });
    tools.failing.clear();
    await ports.open('80/tcp');
    expect(tools.take().filter((call) => call === 'open-port 80/tcp')).toHaveLength(2);
  });
});

describe('relationData', () => {
  const COMPLETE = { host: '10.0.0.1', password: 's', 'ingress-address': '10.0.0.1' };

  it('gives the units that published every key, of all relations of the name', async () => {
    tools.answers.set('relation-ids db', ['db:1', 'db:2']);
    tools.answers.set('relation-list -r db:1', ['pg/0', 'pg/1']);
    tools.answers.set('relation-list -r db:2', ['my/0']);
    tools.answers.set('relation-get -r db:1 - pg/0', { host: '10.0.0.1' });
    tools.answers.set('relation-get -r db:1 - pg/1', COMPLETE);
    tools.answers.set('relation-get -r db:2 - my/0', COMPLETE);
    const db = relationData('db', ['host', 'password'], tools);
    expect(await db.isReady()).toBe(true);
    const data = new Map(Object.entries(COMPLETE));
    expect(await db.read()).toEqual([
      { relation: 'db:1', unit: 'pg/1', data },
      { relation: 'db:2', unit: 'my/0', data },
    ]);
    expect(tools.take()).toHaveLength(6);
  });

  it('is missing without a relation, without units, and with some of the keys', async () => {
    tools.answers.set('relation-ids db', []);
    expect(await relationData('db', ['host'], tools).isReady()).toBe(false);
    nextHook();
    tools.answers.set('relation-ids db', ['db:1']);
    tools.answers.set('relation-list -r db:1', []);
    expect(await relationData('db', [], tools).isReady()).toBe(false);
    nextHook();
    tools.answers.set('relation-list -r db:1', ['pg/0']);
    tools.answers.set('relation-get -r db:1 - pg/0', { host: 'h' });
    expect(await relationData('db', ['host', 'password'], tools).isReady()).toBe(false);
    expect(await relationData('db', [], tools).isReady()).toBe(true);
  });

  it('is read anew in the next hook', async () => {
    tools.answers.set('relation-ids db', []);
    const db = relationData('db', ['host'], tools);
    expect(await db.isReady()).toBe(false);
    tools.answers.set('relation-ids db', ['db:1']);
    tools.answers.set('relation-list -r db:1', ['pg/0']);
    tools.answers.set('relation-get -r db:1 - pg/0', { host: 'h' });
    expect(await db.isReady()).toBe(false);
    nextHook();
    expect(await db.isReady()).toBe(true);
  });

  it('fails the hook where a tool fails: it is not taken for missing data', async () => {
    tools.failing.set('relation-ids', new HookToolError('PERMISSION_DENIED', 'no'));
    const data = relationData('db', ['host'], tools);
    await expect(data.isReady()).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  });
});

describe('a ServiceManager', () => {
  const service = { service: 'web', ports: [80], dataReady: () => undefined };

  it('has Juju for its ports and relations inside a hook', () => {
    const providedData = [{ relation: 'site', provide: () => ({ port: '80' }) }];
    const services = [{ ...service, providedData }];
    const state = new MemoryReadinessStore();
    expect(() => new ServiceManager({ services, state })).not.toThrow();
  });

  it('has none outside Juju, and says what to give', () => {
    vi.stubEnv('JUJU_CONTEXT_ID', undefined);
    expect(() => new ServiceManager({ services: [service] })).toThrow(
      expect.objectContaining({
        code: 'SYSTEM_MISSING',
        message: expect.stringContaining('system.ports'),
      }),
    );
  });
});
