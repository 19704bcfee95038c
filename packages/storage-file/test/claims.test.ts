import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { parseUnitName } from '@baton/coordinator';
import { expect, test } from 'vitest';

import { identifyThisProcess, stateOfProcess } from '../src/process-identity.ts';
import { asking, bury, holdAt, hook, meetAt, namesIn, newDirectory, newStore } from './places.ts';

test('a second store for a unit is refused until the first is closed', async () => {
  const directory = newDirectory();
  const [first, second] = [newStore(directory, 'db/0').store, newStore(directory, 'db/0').store];
  await hook(first, async () => undefined);
  await expect(second.begin()).rejects.toMatchObject({
    code: 'UNIT_IN_USE',
    unit: 'db/0',
    message: expect.stringContaining('another store of this process'),
  });
  await first.close();
  await hook(second, async () => undefined);
  await expect(first.begin()).rejects.toMatchObject({ code: 'CLOSED' });
});

test('of two stores that both find a dead claim one gets the unit', async () => {
  const directory = newDirectory();
  const dead = newStore(directory, 'db/0').store;
  await hook(dead, async () => undefined);
  bury(join(dead.path, 'claim.db%2f0.1'));
  const [a, b] = [newStore(directory, 'db/0'), newStore(directory, 'db/0')];
  meetAt([a.fileSystem, b.fileSystem], 'link', 'claim.db%2f0.2');

  const results = await Promise.allSettled([a.store.begin(), b.store.begin()]);

  expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
    reason: { code: 'UNIT_IN_USE' },
  });
});

test.each([
  ['before it wrote its claim', 'create', 'tmp.'],
  ['before it linked its claim', 'link', 'claim.db%2f0.2'],
] as const)(
  'a store that stopped %s does not get the unit with a number that was used before',
  async (_when, call, name) => {
    const directory = newDirectory();
    const dead = newStore(directory, 'db/0').store;
    await hook(dead, async () => undefined);
    bury(join(dead.path, 'claim.db%2f0.1'));
    const late = newStore(directory, 'db/0');
    const held = holdAt(late.fileSystem, 'before', call, name);
    const begun = late.store.begin().catch((error: unknown) => error);
    await held.reached;
    for (const rounds of [0, 1, 2]) {
      const { store } = newStore(directory, 'db/0');
      await hook(store, async () => undefined);
      if (rounds < 2) await store.close();
    }
    expect(namesIn(directory)).not.toContain('claim.db%2f0.2');
    held.release();
    expect(await begun).toMatchObject({ code: 'UNIT_IN_USE' });
  },
);

test('a process of another pid namespace is not judged: the directory is refused', async () => {
  const directory = newDirectory();
  const a = newStore(directory, 'db/0').store;
  await hook(a, async () => undefined);
  const path = join(a.path, 'claim.db%2f0.1');
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.replace(/"pidNamespace":"[^"]*"/, '"pidNamespace":"pid:[1]"'));
  for (const unit of ['db/0', 'db/1']) {
    await expect(newStore(directory, unit).store.begin()).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringContaining('pid namespace'),
    });
  }
  expect(namesIn(directory)).not.toContain('member.db%2f1');
});

test('a process of another pid namespace that gave its unit back is in nobody’s way', async () => {
  const directory = newDirectory();
  const a = newStore(directory, 'db/0').store;
  await hook(a, async () => undefined);
  await a.close();
  const path = join(a.path, 'claim.db%2f0.1');
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.replace(/"pidNamespace":"[^"]*"/, '"pidNamespace":"pid:[1]"'));
  const back = await hook(newStore(directory, 'db/0').store, (session) => session.leadership());
  expect(back.leader).toBe(true);
});

test('Windows is refused, and it is said why', async () => {
  await expect(identifyThisProcess({ platform: 'win32', proc: '/proc' })).rejects.toMatchObject({
    code: 'UNSUPPORTED',
    message: expect.stringContaining('win32'),
  });
});

test('a process is known by its id, its start and the boot', async () => {
  const self = await identifyThisProcess();
  expect(await stateOfProcess(self, self)).toBe('alive');
  expect(await stateOfProcess({ ...self, started: '1' }, self)).toBe('gone');
  expect(await stateOfProcess({ ...self, boot: 'earlier' }, self)).toBe('gone');
  expect(await stateOfProcess({ ...self, pidNamespace: 'pid:[1]' }, self)).toBe('elsewhere');
  // The process that started this one lives, and was not started at tick 1.
  expect(await stateOfProcess({ ...self, pid: process.ppid, started: '1' }, self)).toBe('gone');
  expect(await stateOfProcess({ ...self, pid: 2 ** 22 + 1 }, self)).toBe('gone');
});

test('a damaged claim stops its own unit, with the path, and no other', async () => {
  const directory = newDirectory();
  const a = newStore(directory, 'db/0').store;
  await hook(a, async () => undefined);
  await a.close();
  const path = join(a.path, 'claim.db%2f0.1');
  writeFileSync(path, '[]');
  await expect(newStore(directory, 'db/0').store.begin()).rejects.toMatchObject({
    code: 'CORRUPT',
    path,
  });
  await hook(newStore(directory, 'db/1').store, async () => undefined);
  expect(readFileSync(path, 'utf8')).toBe('[]');
});

test('a unit that leaves takes its sheet with it and may come back', async () => {
  const directory = newDirectory();
  const [a, b] = [newStore(directory, 'db/0').store, newStore(directory, 'db/1').store];
  await hook(a, async (session) => {
    await session.leadership();
    await session.peers.write(asking(5));
  });
  await hook(b, async () => undefined);
  await a.leave();
  await hook(b, async (session) => {
    expect([...(await session.peers.liveUnits()).keys()]).toEqual(['db/1']);
    expect((await session.peers.readAll([parseUnitName('db/0')])).get(a.unit)).toEqual({
      state: 'absent',
    });
    expect((await session.leadership()).leader).toBe(true);
  });
  await hook(newStore(directory, 'db/0').store, async (session) => {
    expect(await session.peers.readOwn()).toEqual({ state: 'absent' });
  });
});

test('what a hook has not published when the store is closed is not published', async () => {
  const directory = newDirectory();
  const { store } = newStore(directory, 'db/0');
  const session = await store.begin();
  await session.peers.write(asking(5));
  await store.close();
  await expect(session.leadership()).rejects.toMatchObject({ code: 'CLOSED' });
  await expect(session.end('success')).rejects.toMatchObject({ code: 'CLOSED' });
  expect(namesIn(directory)).not.toContain('sheet.db%2f0');
});
