import { MemoryCluster } from '@baton/storage-memory';
import { expect, test } from 'vitest';

import { Serial } from '../../src/index.ts';

test('three units roll', async () => {
  const cluster = new MemoryCluster({ application: 'db' });
  const names = ['db/0', 'db/1', 'db/2'];
  const order: string[] = [];
  const wanted = new Set(names);
  const logs: string[] = [];
  const log = (m: string): void => void logs.push(m);
  const units = names.map((name) => {
    cluster.addUnit(name);
    const serial = new Serial({
      store: cluster.store(name),
      logger: { debug: log, info: (m) => log(`${name} ${m}`), warn: log, error: log },
    });
    const restart = serial.require(
      'restart',
      () => wanted.has(name),
      async () => {
        order.push(name);
        wanted.delete(name);
      },
    );
    return { name, serial, hook: () => serial.run(async () => void (await restart())) };
  });
  cluster.elect('db/1');
  for (let round = 0; round < 6; round += 1) {
    for (const unit of units) await unit.hook();
  }
  expect(order.toSorted()).toEqual(names);
  expect(logs).toEqual([]);
});
