import { setImmediate } from 'node:timers/promises';

import {
  CHARMHELPERS_KEY,
  compactCodec,
  encodeGrantForms,
  LockStoreError,
  parseLockName,
  parseTicket,
  parseUnitName,
  sameGrantSheet,
  type GrantSheet,
  type HookSession,
  type LockStore,
  type RequestSheet,
  type SheetReading,
} from '@baton/coordinator';
import { MemoryCluster } from '@baton/storage-memory';
import { describe, expect, test } from 'vitest';

const COMPATIBLE = { compatibility: 'charmhelpers' } as const;
const RESTART = parseLockName('restart');
const UNIT = parseUnitName('db/0');
const PEER = parseUnitName('db/1');
const TICKET = parseTicket(1_767_225_600_000_001);
const REQUESTS = '{"restart": "2026-01-01 00:00:00.000001Z"}';
const GRANTS = '{"db/1": {"restart": "2026-01-01 00:00:00.000001Z"}}';

const ASKING: RequestSheet = {
  lastTicket: TICKET,
  requests: new Map([[RESTART, TICKET]]),
  labels: new Map([['zone', 'a']]),
  nonce: 3,
  fromStash: false,
};
const IDLE: RequestSheet = { ...ASKING, requests: new Map() };
const GRANTED: GrantSheet = new Map([[RESTART, new Map([[PEER, TICKET]])]]);

function clusterOf(options: ConstructorParameters<typeof MemoryCluster>[0] = {}): MemoryCluster {
  const cluster = new MemoryCluster({ application: 'db', ...options });
  cluster.addUnit(UNIT);
  cluster.addUnit(PEER);
  return cluster;
}

async function hook<T>(store: LockStore, body: (session: HookSession) => Promise<T>): Promise<T> {
  const session = await store.begin();
  const result = await body(session);
  await session.end('success');
  return result;
}

const publish = (store: LockStore, sheet: RequestSheet): Promise<void> =>
  hook(store, ({ peers }) => peers.write(sheet));

const writeGrants = (store: LockStore, grants: GrantSheet): Promise<void> =>
  hook(store, (session) => session.grants.write(grants));

const nothing = async (): Promise<void> => undefined;

const readSheet = (store: LockStore, unit: string): Promise<SheetReading | undefined> =>
  hook(store, async ({ peers }) => {
    const name = parseUnitName(unit);
    return (await peers.readAll([name])).get(name);
  });

async function countCalls(store: LockStore, body: () => Promise<void> | void): Promise<number> {
  let calls = 0;
  const stop = store.watch?.(() => {
    calls += 1;
  });
  await body();
  await setImmediate();
  stop?.();
  return calls;
}

describe('a store without the option', () => {
  test('writes nothing under the key of charmhelpers', async () => {
    const cluster = clusterOf();
    cluster.elect(UNIT);
    const store = cluster.store(UNIT);
    await publish(store, ASKING);
    await writeGrants(store, GRANTED);
    expect(cluster.readText(CHARMHELPERS_KEY, UNIT)).toBeUndefined();
    expect(cluster.readText(CHARMHELPERS_KEY, 'grants')).toBeUndefined();
  });

  test('neither reads nor hears what charmhelpers writes', async () => {
    const cluster = clusterOf();
    const store = cluster.store(UNIT);
    const calls = await countCalls(store, () => {
      cluster.writeText(CHARMHELPERS_KEY, PEER, REQUESTS);
      cluster.writeText(CHARMHELPERS_KEY, 'grants', GRANTS);
    });
    expect(calls).toBe(0);
    expect(await readSheet(store, PEER)).toEqual({ state: 'absent' });
    expect(await hook(store, ({ grants }) => grants.read())).toEqual(new Map());
  });

  test('reads what a store with the option wrote, and is read by it', async () => {
    const cluster = clusterOf();
    const plain = cluster.store(UNIT);
    const compatible = cluster.store(PEER, COMPATIBLE);
    await publish(compatible, ASKING);
    expect(await readSheet(plain, PEER)).toEqual({ state: 'present', sheet: ASKING });
    await publish(plain, IDLE);
    expect(await readSheet(compatible, UNIT)).toEqual({ state: 'present', sheet: IDLE });
  });
});

describe('a store with the option', () => {
  test('writes both documents, and neither where nothing changed', async () => {
    const cluster = clusterOf();
    cluster.elect(UNIT);
    const store = cluster.store(UNIT, COMPATIBLE);
    await publish(store, ASKING);
    expect(cluster.readText(CHARMHELPERS_KEY, UNIT)).toBe(REQUESTS);
    expect(cluster.inspect().sheets.get(UNIT)).toEqual({ state: 'present', sheet: ASKING });
    expect(cluster.writes).toBe(2);
    await writeGrants(store, GRANTED);
    expect(cluster.readText(CHARMHELPERS_KEY, 'grants')).toBe(GRANTS);
    expect(cluster.inspect().grants).toEqual(GRANTED);
    expect(cluster.writes).toBe(4);
    await publish(store, ASKING);
    await writeGrants(store, GRANTED);
    await hook(store, nothing);
    expect(cluster.writes).toBe(4);
  });

  test('publishes neither document of a hook that fails', async () => {
    const cluster = clusterOf();
    const store = cluster.store(UNIT, COMPATIBLE);
    cluster.failNextCommit(UNIT);
    await expect(publish(store, ASKING)).rejects.toThrow(LockStoreError);
    expect(cluster.writes).toBe(0);
  });

  test('reads the whole of what Baton wrote, as long as the JSON beside it is the one written with it', async () => {
    const cluster = clusterOf();
    const [writer, reader] = [cluster.store(PEER, COMPATIBLE), cluster.store(UNIT, COMPATIBLE)];
    await publish(writer, ASKING);
    expect(await readSheet(reader, PEER)).toEqual({ state: 'present', sheet: ASKING });
    await publish(writer, IDLE);
    expect(await readSheet(reader, PEER)).toEqual({ state: 'present', sheet: IDLE });
  });

  test('takes the JSON once charmhelpers wrote it: whatever is not open in it is given up', async () => {
    const cluster = clusterOf();
    const [writer, reader] = [cluster.store(PEER, COMPATIBLE), cluster.store(UNIT, COMPATIBLE)];
    await publish(writer, IDLE);
    for (const text of ['{}', REQUESTS]) {
      cluster.writeText(CHARMHELPERS_KEY, PEER, text);
      const reading = await readSheet(reader, PEER);
      if (reading?.state !== 'present') throw new Error(`expected a sheet for ${text}`);
      expect(reading.sheet.lastTicket).toBe(Infinity);
      expect(reading.sheet.requests.size).toBe(text === '{}' ? 0 : 1);
    }
  });

  test('hears what charmhelpers writes, and not what it writes itself', async () => {
    const cluster = clusterOf();
    cluster.elect(PEER);
    const store = cluster.store(UNIT, COMPATIBLE);
    const sheet = await countCalls(store, () =>
      cluster.writeText(CHARMHELPERS_KEY, PEER, REQUESTS),
    );
    const grants = await countCalls(store, () =>
      cluster.writeText(CHARMHELPERS_KEY, 'grants', GRANTS),
    );
    const same = await countCalls(store, () =>
      cluster.writeText(CHARMHELPERS_KEY, 'grants', GRANTS),
    );
    const own = await countCalls(store, () => publish(store, ASKING));
    expect({ sheet, grants, same, own }).toEqual({ sheet: 1, grants: 1, same: 0, own: 0 });
  });

  test('keeps both documents of a peer until the next delivery', async () => {
    const cluster = clusterOf({ peerReads: 'delivered' });
    const [writer, reader] = [cluster.store(PEER, COMPATIBLE), cluster.store(UNIT, COMPATIBLE)];
    await publish(writer, ASKING);
    await readSheet(reader, PEER);
    await publish(writer, IDLE);
    cluster.writeText(CHARMHELPERS_KEY, PEER, '{}');
    expect(await readSheet(reader, PEER)).toEqual({ state: 'present', sheet: ASKING });
    cluster.deliver(UNIT);
    expect(await readSheet(reader, PEER)).toMatchObject({ sheet: { lastTicket: Infinity } });
  });

  test('keeps the stash in one form', async () => {
    const cluster = clusterOf();
    const store = cluster.store(UNIT, COMPATIBLE);
    await hook(store, ({ local }) => local.write(ASKING));
    expect(cluster.writes).toBe(1);
    expect(cluster.readText(CHARMHELPERS_KEY, UNIT)).toBeUndefined();
    await store.close();
    expect(await hook(cluster.store(UNIT), ({ local }) => local.read())).toEqual(ASKING);
  });
});

describe('a store that has the option again', () => {
  test('brings a JSON sheet that fell behind in step, though its sheet did not change', async () => {
    const cluster = clusterOf();
    const plain = cluster.store(UNIT);
    cluster.writeText(CHARMHELPERS_KEY, UNIT, REQUESTS);
    await publish(plain, IDLE);
    await plain.close();
    const store = cluster.store(UNIT, COMPATIBLE);
    await hook(store, nothing);
    expect(JSON.parse(cluster.readText(CHARMHELPERS_KEY, UNIT) ?? '')).toEqual({});
    expect(await readSheet(store, UNIT)).toEqual({ state: 'present', sheet: IDLE });
    const { writes } = cluster;
    await hook(store, nothing);
    expect(cluster.writes).toBe(writes);
  });

  test('as leader brings JSON grants that fell behind in step, and leaves them alone otherwise', async () => {
    const cluster = clusterOf();
    cluster.elect(PEER);
    await writeGrants(cluster.store(PEER), GRANTED);
    const store = cluster.store(UNIT, COMPATIBLE);
    await hook(store, nothing);
    expect(cluster.readText(CHARMHELPERS_KEY, 'grants')).toBeUndefined();
    cluster.elect(UNIT);
    await hook(store, nothing);
    expect(cluster.readText(CHARMHELPERS_KEY, 'grants')).toBe(GRANTS);
  });

  test('as leader brings the compact grants in step with those that charmhelpers left', async () => {
    const cluster = clusterOf();
    cluster.elect(UNIT);
    const store = cluster.store(UNIT, COMPATIBLE);
    await writeGrants(store, new Map());
    cluster.writeText(CHARMHELPERS_KEY, 'grants', GRANTS);
    await hook(store, nothing);
    const { grants } = cluster.inspect();
    expect(!LockStoreError.is(grants) && sameGrantSheet(grants, GRANTED)).toBe(true);
  });
});

describe('a JSON document that cannot be read', () => {
  test('is a sheet that cannot be read, where it was written last, and nobody overwrites it', async () => {
    const cluster = clusterOf();
    const store = cluster.store(UNIT, COMPATIBLE);
    await publish(store, IDLE);
    cluster.writeText(CHARMHELPERS_KEY, UNIT, '{"restart": "2026-');
    expect(await readSheet(store, UNIT)).toMatchObject({ state: 'unreadable' });
    await expect(publish(store, ASKING)).rejects.toMatchObject({ code: 'CORRUPT' });
    expect(cluster.readText(CHARMHELPERS_KEY, UNIT)).toBe('{"restart": "2026-');
  });

  test('makes the grants unreadable, where it was written last, and nobody overwrites it', async () => {
    const cluster = clusterOf();
    cluster.elect(UNIT);
    const store = cluster.store(UNIT, COMPATIBLE);
    cluster.corrupt('grants', Uint8Array.of(0xff, 0xfe), CHARMHELPERS_KEY);
    await hook(store, async ({ grants }) => {
      await expect(grants.read()).rejects.toMatchObject({ code: 'CORRUPT' });
      await expect(grants.write(GRANTED)).rejects.toMatchObject({ code: 'CORRUPT' });
    });
    expect(cluster.writes).toBe(0);
  });

  test('does not count beside a compact document of a unit without the option', async () => {
    const cluster = clusterOf();
    await publish(cluster.store(PEER), ASKING);
    cluster.writeText(CHARMHELPERS_KEY, PEER, 'not JSON');
    const reader = cluster.store(UNIT, COMPATIBLE);
    expect(await readSheet(reader, PEER)).toEqual({ state: 'present', sheet: ASKING });
  });

  test('does not save a compact document that cannot be read', async () => {
    const cluster = clusterOf();
    cluster.elect(UNIT);
    const store = cluster.store(UNIT, COMPATIBLE);
    await writeGrants(store, GRANTED);
    cluster.corrupt('grants');
    await hook(store, async ({ grants }) => {
      await expect(grants.read()).rejects.toMatchObject({ code: 'CORRUPT' });
    });
    expect(cluster.readText(CHARMHELPERS_KEY, 'grants')).toBe(
      encodeGrantForms(GRANTED).charmhelpers,
    );
  });
});

describe('the option is refused', () => {
  test('with the key that charmhelpers has', () => {
    const cluster = clusterOf();
    expect(() => cluster.store(UNIT, { ...COMPATIBLE, key: CHARMHELPERS_KEY })).toThrow(RangeError);
  });

  test('in a cluster with another codec', () => {
    const cluster = clusterOf({ codec: { ...compactCodec, name: 'another' } });
    expect(() => cluster.store(UNIT, COMPATIBLE)).toThrow(RangeError);
  });

  test('to a second store of a unit, whatever its key, until the first is closed', async () => {
    const cluster = clusterOf();
    const first = cluster.store(UNIT, COMPATIBLE);
    const second = cluster.store(UNIT, { ...COMPATIBLE, key: 'another' });
    await hook(first, nothing);
    await expect(second.begin()).rejects.toMatchObject({ code: 'UNIT_IN_USE' });
    await first.close();
    await hook(second, nothing);
  });
});
