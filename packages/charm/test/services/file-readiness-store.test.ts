import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FileReadinessStore, ServiceManager } from '../../src/index.ts';
import type { ServiceRecords } from '../../src/index.ts';
import { hook, World } from './world.ts';

const NAME = '.baton-services.json';
const RECORDS: ServiceRecords = new Map([
  ['web', { ready: true, ports: ['80/tcp'] }],
  ['__proto__', { ready: false, ports: ['53/udp'] }],
]);

let folder: string;
let path: string;
let store: FileReadinessStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'baton-services-'));
  path = join(folder, NAME);
  vi.stubEnv('JUJU_CHARM_DIR', folder);
  store = new FileReadinessStore();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

describe('the file', () => {
  it('is in the charm directory, else in the working directory, or where the caller says', () => {
    expect(store.path).toBe(path);
    vi.stubEnv('JUJU_CHARM_DIR', undefined);
    expect(new FileReadinessStore().path).toBe(join(process.cwd(), NAME));
    expect(new FileReadinessStore({ path: '/var/lib/web/state' }).path).toBe('/var/lib/web/state');
  });

  it('need not be there', async () => {
    expect(await store.read()).toEqual(new Map());
    expect(await readdir(folder)).toEqual([]);
  });

  it('gives back what was written, for any names, and leaves nothing beside it', async () => {
    await store.write(RECORDS);
    expect(await new FileReadinessStore().read()).toEqual(RECORDS);
    await store.write(new Map());
    expect(await store.read()).toEqual(new Map());
    expect(await readdir(folder)).toEqual([NAME]);
  });

  it('is replaced as a whole: whoever has it open goes on reading the old one', async () => {
    await store.write(RECORDS);
    const before = await stat(path);
    await store.write(new Map());
    expect((await stat(path)).ino).not.toBe(before.ino);
  });

  it('is written over what a crash has left of another', async () => {
    await writeFile(`${path}.tmp`, '{"version":1,"serv');
    expect(await store.read()).toEqual(new Map());
    await store.write(RECORDS);
    expect(await store.read()).toEqual(RECORDS);
    expect(await readdir(folder)).toEqual([NAME]);
  });
});

describe('a file that does not say what it should', () => {
  it.each([
    ['nothing', ''],
    ['half of it', '{"version":1,"services":[{"service":"web"'],
    ['another form', '["web"]'],
    ['a later version', '{"version":2,"services":[]}'],
    ['more than is known', '{"version":1,"services":[],"paused":true}'],
  ])('is an error and stays as it is: %s', async (_, text) => {
    await writeFile(path, text);
    await expect(store.read()).rejects.toMatchObject({
      name: 'ServiceError',
      code: 'STATE_CORRUPT',
      path,
      retryable: false,
      cause: expect.any(Error),
    });
    const world = new World();
    const manager = new ServiceManager({ services: [{ service: 'web' }], system: world.system });
    await expect(manager.manage(hook())).rejects.toThrow(path);
    expect(world.done).toEqual([]);
    expect(await readFile(path, 'utf8')).toBe(text);
  });
});

describe('a disk that fails', () => {
  it('is an error when reading', async () => {
    await mkdir(path);
    await expect(store.read()).rejects.toMatchObject({ code: 'STATE_UNAVAILABLE', path });
    await expect(store.read()).rejects.toThrow('EISDIR');
  });

  it('is an error when writing, and leaves what was there and nothing else', async () => {
    await mkdir(path);
    await writeFile(join(path, 'kept'), 'kept');
    await expect(store.write(RECORDS)).rejects.toMatchObject({
      code: 'STATE_UNAVAILABLE',
      path,
      retryable: true,
    });
    expect(await readdir(folder)).toEqual([NAME]);
    expect(await readdir(path)).toEqual(['kept']);
  });

  it('is an error when the folder has gone', async () => {
    await rm(folder, { recursive: true });
    expect(await store.read()).toEqual(new Map());
    await expect(store.write(RECORDS)).rejects.toThrow('ENOENT');
  });
});

it('a manager in a new process finds what the one before has left', async () => {
  const world = new World();
  let data = { host: 'db' };
  const make = (): ServiceManager =>
    new ServiceManager({
      services: [
        {
          service: 'web',
          ports: [80],
          requiredData: [() => data],
          dataLost: world.step('dataLost'),
        },
      ],
      system: world.system,
    });
  await make().manage(hook());
  const written = await stat(path);
  await make().manage(hook());
  expect((await stat(path)).ino).toBe(written.ino);
  world.take();
  data = Object.create(null);
  await make().manage(hook());
  expect(world.take()).toEqual(['dataLost web', 'close 80/tcp', 'stop web']);
});
