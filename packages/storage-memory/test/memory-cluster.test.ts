import { setImmediate } from 'node:timers/promises';

import {
  LockStoreError,
  parseLockName,
  parseTicket,
  parseUnitName,
  type GrantSheet,
  type HookSession,
  type LockStore,
  type RequestSheet,
  type UnitName,
} from '@baton/coordinator';
import { MemoryCluster, MemoryLockStore } from '@baton/storage-memory';
import { describe, expect, test } from 'vitest';

// What the memory store does beyond the contract: it imitates what Juju shows to whom, and when.

function sheet(ticket: number): RequestSheet {
  return {
    lastTicket: ticket,
    requests: new Map([[parseLockName('restart'), parseTicket(ticket)]]),
    labels: new Map(),
    nonce: 0,
    fromStash: false,
  };
}

function grants(unit: string, ticket: number): GrantSheet {
  return new Map([
    [parseLockName('restart'), new Map([[parseUnitName(unit), parseTicket(ticket)]])],
  ]);
}

async function hook<T>(store: LockStore, body: (session: HookSession) => Promise<T>): Promise<T> {
  const session = await store.begin();
  const result = await body(session);
  await session.end('success');
  return result;
}

const publish = (store: LockStore, ticket: number): Promise<void> =>
  hook(store, (session) => session.peers.write(sheet(ticket)));

/** The ticket that a store sees in the sheet of a unit; 0 where it sees no sheet. */
const ticketSeen = (store: LockStore, unit: string): Promise<number> =>
  hook(store, async (session) => {
    const name = parseUnitName(unit);
    const reading = (await session.peers.readAll([name])).get(name);
    return reading?.state === 'present' ? reading.sheet.lastTicket : 0;
  });

const listed = (store: LockStore): Promise<readonly UnitName[]> =>
  hook(store, async (session) => [...(await session.peers.readAll([])).keys()]);

const live = (store: LockStore): Promise<readonly UnitName[]> =>
  hook(store, async (session) => [...(await session.peers.liveUnits()).keys()]);

describe('reads that wait for a delivery', () => {
  test('give the newest sheet the first time, and the same one until the next delivery', async () => {
    const cluster = new MemoryCluster({ peerReads: 'delivered' });
    const [a, b, c] = ['app/0', 'app/1', 'app/2'].map((unit) => cluster.store(unit));
    if (a === undefined || b === undefined || c === undefined) throw new Error('three stores');
    await publish(a, 5);
    expect(await ticketSeen(b, 'app/0')).toBe(5);
    await publish(a, 6);
    expect(await ticketSeen(b, 'app/0')).toBe(5);
    expect(await ticketSeen(c, 'app/0'), 'c had not read before').toBe(6);
    cluster.deliver('app/1', 'app/0');
    expect(await ticketSeen(b, 'app/0')).toBe(6);
  });

  test('are delivered from one unit alone, or from all', async () => {
    const cluster = new MemoryCluster({ peerReads: 'delivered' });
    const reader = cluster.store('app/0');
    const others = [cluster.store('app/1'), cluster.store('app/2')];
    for (const store of others) await publish(store, 5);
    expect(await ticketSeen(reader, 'app/1')).toBe(5);
    for (const store of others) await publish(store, 6);
    cluster.deliver('app/0', 'app/2');
    expect(await ticketSeen(reader, 'app/1')).toBe(5);
    expect(await ticketSeen(reader, 'app/2')).toBe(6);
    cluster.deliver('app/0');
    expect(await ticketSeen(reader, 'app/1')).toBe(6);
  });

  test('keep the absence of a sheet too', async () => {
    const cluster = new MemoryCluster({ peerReads: 'delivered' });
    const [a, b] = [cluster.store('app/0'), cluster.store('app/1')];
    expect(await ticketSeen(b, 'app/0')).toBe(0);
    await publish(a, 5);
    expect(await ticketSeen(b, 'app/0')).toBe(0);
    cluster.deliver('app/1');
    expect(await ticketSeen(b, 'app/0')).toBe(5);
  });

  test('do not hold for the own sheet, for grants, and for units that are not listed', async () => {
    const cluster = new MemoryCluster({ peerReads: 'delivered' });
    const a = cluster.store('app/0');
    cluster.addUnit('app/1', { seenBy: [] });
    const b = cluster.store('app/1');
    await publish(a, 5);
    await publish(b, 5);
    await ticketSeen(a, 'app/0');
    expect(await ticketSeen(a, 'app/1')).toBe(5);
    await publish(a, 6);
    await publish(b, 6);
    expect(await ticketSeen(a, 'app/0')).toBe(6);
    expect(await ticketSeen(a, 'app/1'), 'not listed, so read anew in every hook').toBe(6);
    cluster.elect('app/0');
    for (const ticket of [7, 8]) {
      await hook(a, (session) => session.grants.write(grants('app/1', ticket)));
      expect(await hook(b, (session) => session.grants.read())).toEqual(grants('app/1', ticket));
    }
  });

  test('call back the unit that got news, and only for news', async () => {
    const cluster = new MemoryCluster({ peerReads: 'delivered' });
    const [a, b] = [cluster.store('app/0'), cluster.store('app/1')];
    await ticketSeen(b, 'app/0');
    await publish(a, 5);
    await setImmediate();
    const called: string[] = [];
    a.watch(() => called.push('a'));
    b.watch(() => called.push('b'));
    cluster.deliver('app/1');
    await setImmediate();
    cluster.deliver('app/1');
    cluster.deliver('app/0');
    await setImmediate();
    expect(called).toEqual(['b']);
  });
});

describe('who lists whom', () => {
  test('a unit that joins is listed at once by those named, and by the others after a delivery', async () => {
    const cluster = new MemoryCluster();
    const [a, b] = [cluster.store('app/0'), cluster.store('app/1')];
    cluster.addUnit('app/2', { sees: ['app/1'], seenBy: ['app/0'] });
    const c = cluster.store('app/2');
    expect(await listed(a)).toEqual(['app/0', 'app/1', 'app/2']);
    expect(await listed(b)).toEqual(['app/1', 'app/0']);
    expect(await listed(c)).toEqual(['app/2', 'app/1']);
    expect(await live(b), 'who is alive does not wait').toContain('app/2');
    cluster.deliver('app/1');
    cluster.deliver('app/2', 'app/0');
    expect(await listed(b)).toContain('app/2');
    expect(await listed(c)).toContain('app/0');
  });

  test('a unit that has not joined lists nobody, and nobody lists it', async () => {
    const cluster = new MemoryCluster();
    const a = cluster.store('app/0');
    cluster.addUnit('app/1', { joined: false });
    const b = cluster.store('app/1');
    cluster.deliver('app/0');
    expect(await listed(a)).toEqual(['app/0']);
    expect(await listed(b)).toEqual(['app/1']);
    cluster.join('app/1');
    expect(await listed(a)).toEqual(['app/0', 'app/1']);
    expect(await listed(b)).toEqual(['app/1', 'app/0']);
  });

  test('a session keeps the list and whether it has joined as they were when it began', async () => {
    const cluster = new MemoryCluster();
    const a = cluster.store('app/0');
    cluster.addUnit('app/1', { joined: false });
    const [first, second] = [await a.begin(), await cluster.store('app/1').begin()];
    cluster.join('app/1');
    expect([...(await first.peers.readAll([])).keys()]).toEqual(['app/0']);
    expect(await second.peers.joined()).toBe(false);
  });

  test('a removed unit is listed no longer, and its sheet is there for whoever names it', async () => {
    const cluster = new MemoryCluster();
    const [a, b] = [cluster.store('app/0'), cluster.store('app/1')];
    await publish(b, 5);
    cluster.remove('app/1');
    expect(await listed(a)).toEqual(['app/0']);
    expect(await live(a)).toEqual(['app/0']);
    expect(await ticketSeen(a, 'app/1')).toBe(5);
  });

  test('a ghost stays listed with its last sheet, and is not alive', async () => {
    const cluster = new MemoryCluster();
    const [a, b] = [cluster.store('app/0'), cluster.store('app/1')];
    await publish(b, 5);
    cluster.remove('app/1', { listed: true });
    cluster.deliver('app/0');
    expect(await listed(a)).toEqual(['app/0', 'app/1']);
    expect(await live(a)).toEqual(['app/0']);
    expect(await ticketSeen(a, 'app/1')).toBe(5);
    cluster.addUnit('app/2');
    expect(await listed(cluster.store('app/2')), 'whoever joins later lists it too').toContain(
      'app/1',
    );
  });
});

describe('commits', () => {
  test('that are told to fail publish nothing, once', async () => {
    const cluster = new MemoryCluster({ grants: 'on-commit' });
    const store = cluster.store('app/0');
    cluster.elect('app/0');
    cluster.failNextCommit('app/0');
    const session = await store.begin();
    await session.peers.write(sheet(5));
    await session.grants.write(grants('app/0', 5));
    await expect(session.end('success')).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      unit: 'app/0',
    });
    expect(cluster.inspect()).toMatchObject({ grants: new Map() });
    expect(cluster.inspect().sheets.get(store.unit)).toEqual({ state: 'absent' });
    expect([cluster.commits, cluster.writes]).toEqual([0, 0]);
    await publish(store, 6);
    expect([cluster.commits, cluster.writes]).toEqual([1, 1]);
  });

  test('that were told to fail wait for a hook that would have succeeded', async () => {
    const cluster = new MemoryCluster();
    const store = cluster.store('app/0');
    cluster.failNextCommit('app/0');
    await (await store.begin()).end('failure');
    await expect(publish(store, 5)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  test('of a unit that was removed in the middle of its hook publish nothing', async () => {
    const cluster = new MemoryCluster();
    const store = cluster.store('app/0');
    const session = await store.begin();
    await session.peers.write(sheet(5));
    cluster.remove('app/0');
    await expect(session.end('success')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(store.begin()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  test('with a wake need the lead as well, and publish nothing without it', async () => {
    const cluster = new MemoryCluster();
    const [a] = [cluster.store('app/0'), cluster.store('app/1')];
    cluster.elect('app/0');
    const session = await a.begin();
    await session.peers.write(sheet(5));
    await session.grants.wake?.();
    cluster.elect('app/1');
    await expect(session.end('success')).rejects.toMatchObject({ code: 'NOT_LEADER' });
    expect(cluster.inspect().sheets.get(a.unit)).toEqual({ state: 'absent' });
  });

  test.each(['app/0', 'grants'])(
    'refuse to replace %s where it became unreadable after it was staged',
    async (what) => {
      const cluster = new MemoryCluster({ grants: 'on-commit' });
      const store = cluster.store('app/0');
      cluster.elect('app/0');
      const session = await store.begin();
      await session.peers.write(sheet(5));
      await session.grants.write(grants('app/0', 5));
      cluster.corrupt(what);
      await expect(session.end('success')).rejects.toMatchObject({ code: 'CORRUPT' });
      expect([cluster.commits, cluster.writes]).toEqual([0, 0]);
    },
  );

  test('count documents that changed, and no others', async () => {
    const cluster = new MemoryCluster();
    const [a, b] = [cluster.store('app/0'), cluster.store('app/1')];
    cluster.elect('app/0');
    const called: string[] = [];
    b.watch(() => called.push('b'));
    const write = async (ticket: number): Promise<number> => {
      const before = cluster.writes;
      await hook(a, async (session) => {
        await session.peers.write(sheet(ticket));
        await session.grants.write(grants('app/1', ticket));
        await session.local.write(sheet(ticket));
      });
      return cluster.writes - before;
    };
    expect(await write(5)).toBe(3);
    await setImmediate();
    called.length = 0;
    expect(await write(5), 'the same again').toBe(0);
    await setImmediate();
    expect(called, 'and nobody hears of it').toEqual([]);
    await hook(a, (session) => session.local.write(undefined));
    expect(cluster.writes).toBe(4);
    expect(cluster.commits).toBe(3);
  });
});

describe('a cluster', () => {
  test('shows what is committed, and why something cannot be read', async () => {
    const cluster = new MemoryCluster();
    const [a] = [cluster.store('app/0'), cluster.store('app/1')];
    cluster.elect('app/0');
    cluster.dying('app/1');
    await publish(a, 5);
    await hook(a, (session) => session.grants.write(grants('app/1', 5)));
    const before = cluster.inspect();
    expect(before.leader).toBe('app/0');
    expect([...before.units]).toEqual([
      ['app/0', 'alive'],
      ['app/1', 'dying'],
    ]);
    expect(before.sheets.get(a.unit)).toEqual({ state: 'present', sheet: sheet(5) });
    expect(before.grants).toEqual(grants('app/1', 5));
    cluster.corrupt('grants');
    cluster.corrupt('app/1', Uint8Array.of(0));
    const after = cluster.inspect();
    expect(LockStoreError.is(after.grants, 'CORRUPT')).toBe(true);
    expect(after.sheets.get(parseUnitName('app/1'))).toMatchObject({ state: 'unreadable' });
    expect(before.grants, 'what was shown does not change').toEqual(grants('app/1', 5));
  });

  test('moves the lead, takes it away, and takes it from a unit that is removed', () => {
    const cluster = new MemoryCluster();
    cluster.addUnit('app/0');
    expect(cluster.leader).toBeUndefined();
    cluster.elect('app/0');
    expect(cluster.leader).toBe('app/0');
    cluster.elect(undefined);
    expect(cluster.leader).toBeUndefined();
    cluster.elect('app/0');
    cluster.remove('app/0');
    expect(cluster.leader).toBeUndefined();
  });

  test('names the units of its application, and takes a removed one back with its sheet', async () => {
    const cluster = new MemoryCluster({ application: 'db' });
    expect([cluster.addUnit(), cluster.addUnit()]).toEqual(['db/0', 'db/1']);
    const store = cluster.store('db/0');
    await publish(store, 5);
    cluster.remove('db/0');
    expect(cluster.addUnit(), 'a name is not used again by itself').toBe('db/2');
    cluster.addUnit('db/0');
    expect(await ticketSeen(store, 'db/0')).toBe(5);
  });

  test('refuses units that it does not have, or has already', () => {
    const cluster = new MemoryCluster();
    cluster.addUnit('app/0');
    expect(() => cluster.addUnit('app/0')).toThrow(/app\/0 is in this cluster already/);
    expect(() => cluster.elect('app/1')).toThrow(/app\/1 is not in this cluster/);
    cluster.remove('app/0');
    expect(() => cluster.elect('app/0')).toThrow(/app\/0 was removed/);
    expect(() => cluster.addUnit('app')).toThrow(/not the name of a unit/);
    expect(() => cluster.store('app')).toThrow(/not the name of a unit/);
  });

  test('gives its leader the guarantee it was made with', async () => {
    const cluster = new MemoryCluster({ guaranteedForMs: 15_000 });
    const store = new MemoryLockStore({ cluster, unit: 'app/0' });
    cluster.elect('app/0');
    expect(await hook(store, (session) => session.leadership())).toEqual({
      leader: true,
      guaranteedForMs: 15_000,
    });
  });

  test('drops the open session of a store that is closed, and refuses to watch it', async () => {
    const cluster = new MemoryCluster();
    const store = cluster.store('app/0');
    const session = await store.begin();
    await session.peers.write(sheet(5));
    await store.close();
    await expect(session.end('success')).rejects.toMatchObject({ code: 'CLOSED' });
    expect(cluster.inspect().sheets.get(store.unit)).toEqual({ state: 'absent' });
    expect(() => store.watch(() => {})).toThrow(/closed/);
  });

  test('calls back once for many changes before the callback ran', async () => {
    const cluster = new MemoryCluster();
    const store = cluster.store('app/0');
    await setImmediate();
    let calls = 0;
    store.watch(() => {
      calls += 1;
    });
    cluster.addUnit('app/1');
    cluster.elect('app/1');
    cluster.dying('app/1');
    cluster.remove('app/1');
    expect(calls, 'never inside the change').toBe(0);
    await setImmediate();
    expect(calls).toBe(1);
  });
});
