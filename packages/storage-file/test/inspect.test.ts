import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { compactCodec, parseUnitName, type Codec } from '@baton/coordinator';
import { expect, test } from 'vitest';

import { inspectDirectory } from '../src/index.ts';
import { asking, bury, granting, hook, namesIn, newDirectory, newStore } from './places.ts';

test('a snapshot shows everything and changes nothing', async () => {
  const directory = newDirectory();
  const [a, b] = [newStore(directory, 'db/10').store, newStore(directory, 'db/2').store];
  await hook(a, async (session) => {
    await session.grants.write(granting('db/2', 5));
    await session.peers.write(asking(4));
  });
  await hook(b, (session) => session.peers.write(asking(5)));
  await b.close();
  const before = namesIn(directory);

  const snapshot = await inspectDirectory(directory);

  const process0 = { pid: process.pid, state: 'alive' };
  expect(snapshot).toMatchObject({
    path: a.path,
    format: { version: 1, codec: 'compact' },
    leader: { unit: 'db/10', process: process0 },
    grants: granting('db/2', 5),
    problems: [],
  });
  expect([...snapshot.members]).toEqual([
    ['db/2', { process: undefined }],
    ['db/10', { process: process0 }],
  ]);
  expect(snapshot.sheets.get(parseUnitName('db/10'))).toEqual({
    state: 'present',
    sheet: asking(4),
  });
  expect(namesIn(directory)).toEqual(before);
});

test('nobody leads after the leader has closed; a leader that died is still named', async () => {
  const directory = newDirectory();
  const [a, b] = [newStore(directory, 'db/0').store, newStore(directory, 'db/1').store];
  await hook(a, (session) => session.leadership());
  await a.close();
  expect((await inspectDirectory(directory)).leader).toBeUndefined();
  await hook(b, (session) => session.leadership());
  bury(join(b.path, 'leader.2'));
  expect((await inspectDirectory(directory)).leader).toMatchObject({
    unit: 'db/1',
    process: { state: 'gone' },
  });
});

test('a holder that has left is shown with its grant', async () => {
  const directory = newDirectory();
  const { store } = newStore(directory, 'db/0');
  await hook(store, (session) => session.grants.write(granting('db/7', 5)));
  const { sheets } = await inspectDirectory(directory);
  expect(sheets.get(parseUnitName('db/7'))).toEqual({ state: 'absent' });
});

test('a directory without the key, and one of another format, are refused', async () => {
  const directory = newDirectory();
  await expect(inspectDirectory(directory)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  mkdirSync(join(directory, 'baton'));
  expect(await inspectDirectory(directory)).toMatchObject({ format: undefined, leader: undefined });
  writeFileSync(join(directory, 'baton', 'format'), '{"version":9,"codec":"compact"}');
  await expect(inspectDirectory(directory)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
});

test('a mistake in the codec is thrown as it is, and not told as a damaged file', async () => {
  const directory = newDirectory();
  const { store } = newStore(directory, 'db/0');
  await hook(store, (session) => session.grants.write(granting('db/1', 5)));
  const broken = new TypeError('a mistake in the codec');
  const codec: Codec = {
    ...compactCodec,
    decodeGrantSheet: () => {
      throw broken;
    },
  };
  await expect(inspectDirectory(directory, { codec })).rejects.toBe(broken);
});
