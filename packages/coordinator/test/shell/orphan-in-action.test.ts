import { MemoryCluster } from '@baton/storage-memory';
import { expect, test } from 'vitest';

import { Serial } from '../../src/index.ts';

const ACTION = { name: 'restart', kind: 'action' } as const;

function unit(cluster: MemoryCluster, name: string): { serial: Serial; said: string[] } {
  const said: string[] = [];
  const say = (text: string): void => void said.push(text);
  cluster.addUnit(name);
  const logger = { debug: say, info: say, warn: say, error: say };
  return { serial: new Serial({ store: cluster.store(name), logger }), said };
}

test('a lock whose orphan an action adopted and worked under is released by that action', async () => {
  const cluster = new MemoryCluster({ application: 'db' });
  const { serial, said } = unit(cluster, 'db/0');
  cluster.elect('db/0');
  await serial.run(() => undefined);
  const failing = serial.run(async () => {
    expect(await serial.acquire('restart')).toBe(true);
    throw new Error('the restart failed');
  });
  await expect(failing).rejects.toThrow('the restart failed');

  await serial.run(async () => {
    expect(await serial.acquire('restart')).toBe(true);
  }, ACTION);
  expect(said).toContain('Serial gave back restart');

  await serial.run(async () => {
    expect(serial.requested('restart')).toBe(false);
  });
});

test('acquire adopts an orphan although an older request for the lock is still open', async () => {
  const cluster = new MemoryCluster({ application: 'db' });
  const { serial: leader } = unit(cluster, 'db/0');
  const { serial: other } = unit(cluster, 'db/1');
  cluster.elect('db/0');
  await other.run(() => other.acquire('restart'));
  await leader.run(() => leader.acquire('restart'));
  await other.run(() => expect(other.granted('restart')).toBe(true));

  // The leader works, gives the lock back, asks again, and is granted it; then its commit fails.
  cluster.failNextCommit('db/0');
  const failing = leader.run(async () => {
    expect(leader.granted('restart')).toBe(true);
    leader.release('restart');
    expect(await leader.acquire('restart')).toBe(false);
  });
  await expect(failing).rejects.toThrow('was told to fail');

  await leader.run(async () => {
    expect(await leader.acquire('restart')).toBe(true);
  });
});
