import { rmSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { compactCodec, type Codec } from '@baton/coordinator';
import { expect, test } from 'vitest';

import { Folder } from '../src/folder.ts';
import { setDocumentAside, setGrantsAside } from '../src/set-aside.ts';
import { asking, granting, hook, newDirectory, newStore } from './places.ts';
import { testingFileSystem } from './testing-file-system.ts';

test('grants of which the leader changed meanwhile are not said to be set aside', async () => {
  const directory = newDirectory();
  const [a, b] = [newStore(directory, 'db/0').store, newStore(directory, 'db/1').store];
  await hook(a, (session) => session.grants.write(granting('db/1', 5)));
  const fileSystem = testingFileSystem();
  const folder = new Folder(a.path, fileSystem, 'baton-files');
  fileSystem.before = async (call, name) => {
    if (call === 'rename' && name === 'grants.1') await b.takeLeadership();
  };

  await expect(setGrantsAside(folder, compactCodec, true)).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining('leadership passed'),
  });

  expect(await hook(b, (session) => session.grants.read())).toEqual(granting('db/1', 5));
});

test('a document that another one moves first is said with its path', async () => {
  const directory = newDirectory();
  const { store } = newStore(directory, 'db/0');
  await hook(store, async (session) => {
    await session.grants.write(granting('db/1', 5));
    await session.peers.write(asking(5));
  });
  for (const [name, setAside] of [
    [
      'sheet.db%2f0',
      (folder: Folder) => setDocumentAside(folder, compactCodec, 'sheet.db%2f0', true),
    ],
    ['grants.1', (folder: Folder) => setGrantsAside(folder, compactCodec, true)],
  ] as const) {
    const fileSystem = testingFileSystem();
    fileSystem.after = (call, of) => {
      if (call === 'read' && of === name) rmSync(join(store.path, name));
    };
    const moved = setAside(new Folder(store.path, fileSystem, 'baton-files'));
    await expect(moved).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      path: join(store.path, name),
      message: expect.stringContaining('ENOENT'),
    });
  }
});

test('a document on which the reading program breaks is not taken for a damaged one', async () => {
  const directory = newDirectory();
  const { store } = newStore(directory, 'db/0');
  await hook(store, async (session) => {
    await session.grants.write(granting('db/1', 5));
    await session.peers.write(asking(5));
  });
  const broken = new TypeError('a mistake in the codec');
  const fail = (): never => {
    throw broken;
  };
  const codec: Codec = { ...compactCodec, decodeGrantSheet: fail, decodeRequestSheet: fail };
  const folder = new Folder(store.path, testingFileSystem(), 'baton-files');
  const before = await readFile(join(store.path, 'grants.1'));

  await expect(setGrantsAside(folder, codec, false)).rejects.toBe(broken);
  await expect(setDocumentAside(folder, codec, 'sheet.db%2f0', false)).rejects.toBe(broken);

  expect(await readFile(join(store.path, 'grants.1'))).toEqual(before);
  expect(await readdir(store.path)).toContain('sheet.db%2f0');
});
