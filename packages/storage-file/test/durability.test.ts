import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { compactCodec, LockStoreError, parseUnitName, type Codec } from '@baton/coordinator';
import { expect, test } from 'vitest';

import { isTemporaryName } from '../src/document-names.ts';
import { FileLockStore } from '../src/file-lock-store.ts';
import { asking, atEnd, granting, hook, namesIn, newDirectory, newStore } from './places.ts';
import { systemError } from './testing-file-system.ts';

/** What a hook writes, reads left out, temporary names shortened. */
function writes(calls: readonly string[]): string[] {
  return calls
    .filter((call) => !/^(read|list) /.test(call))
    .map((call) => call.replace(/tmp\.\S+/, 'tmp'));
}

test('a changed sheet costs one replace: write, rename, sync of the folder', async () => {
  const directory = newDirectory();
  const { store, fileSystem } = newStore(directory, 'db/0');
  await hook(store, async () => undefined);
  fileSystem.calls.length = 0;

  await hook(store, (session) => session.peers.write(asking(5)));

  expect(writes(fileSystem.calls)).toEqual([
    'create tmp',
    'rename sheet.db%2f0',
    'syncFolder baton',
  ]);
});

test('changed grants cost one replace', async () => {
  const directory = newDirectory();
  const { store, fileSystem } = newStore(directory, 'db/0');
  await hook(store, (session) => session.leadership());
  fileSystem.calls.length = 0;

  await hook(store, (session) => session.grants.write(granting('db/1', 5)));

  expect(writes(fileSystem.calls)).toEqual(['create tmp', 'rename grants.1', 'syncFolder baton']);
});

test('what has not changed is not written', async () => {
  const directory = newDirectory();
  const { store, fileSystem } = newStore(directory, 'db/0');
  const write = async (): Promise<void> =>
    hook(store, async (session) => {
      await session.grants.write(granting('db/1', 5));
      await session.peers.write(asking(5));
      await session.local.write(undefined);
    });
  await write();
  fileSystem.calls.length = 0;

  await write();

  expect(writes(fileSystem.calls)).toEqual([]);
});

test('a failed hook writes no sheet', async () => {
  const directory = newDirectory();
  const { store, fileSystem } = newStore(directory, 'db/0');
  const session = await store.begin();
  fileSystem.calls.length = 0;

  await session.peers.write(asking(5));
  await session.end('failure');

  expect(writes(fileSystem.calls)).toEqual([]);
});

test.each([
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'quota'],
  ['EROFS', 'read-only'],
  ['EACCES', 'right to read and write'],
  ['EIO', 'system log'],
  ['EBUSY', 'the cause says more'],
])(
  '%s while a sheet is written is said with path and advice, and nothing changes',
  async (code, advice) => {
    const directory = newDirectory();
    const { store, fileSystem } = newStore(directory, 'db/0');
    await hook(store, (session) => session.peers.write(asking(5)));
    const before = readFileSync(join(store.path, 'sheet.db%2f0'));
    const session = await store.begin();
    await session.peers.write(asking(6));
    await session.local.write(asking(6));
    fileSystem.before = (call) => {
      if (call === 'create') throw systemError(code, call);
    };

    const error: unknown = await session.end('success').catch((reason: unknown) => reason);

    expect(LockStoreError.is(error, 'UNAVAILABLE') && error.message).toContain(code);
    expect(error).toMatchObject({ path: expect.stringContaining(store.path), retryable: true });
    expect(String(error)).toContain(advice);
    expect(readFileSync(join(store.path, 'sheet.db%2f0'))).toEqual(before);
    expect(namesIn(directory).filter(isTemporaryName)).toEqual([]);
  },
);

test('a rename that fails leaves no temporary file behind', async () => {
  const directory = newDirectory();
  const { store, fileSystem } = newStore(directory, 'db/0');
  const session = await store.begin();
  await session.peers.write(asking(6));
  fileSystem.before = (call) => {
    if (call === 'rename') throw systemError('EIO', call);
  };

  await expect(session.end('success')).rejects.toMatchObject({ code: 'UNAVAILABLE' });

  expect(namesIn(directory).filter(isTemporaryName)).toEqual([]);
});

test('a directory that cannot be made is said at the first hook, and tried again at the next', async () => {
  const directory = newDirectory();
  const { store, fileSystem } = newStore(directory, 'db/0');
  fileSystem.before = (call) => {
    if (call === 'makeFolder') throw systemError('EROFS', call);
  };
  await expect(store.begin()).rejects.toMatchObject({ code: 'UNAVAILABLE', path: store.path });

  fileSystem.before = () => undefined;
  await hook(store, (session) => session.peers.write(asking(5)));
  expect(namesIn(directory)).toContain('sheet.db%2f0');
});

test('a path through a file is said', async () => {
  const directory = newDirectory();
  writeFileSync(join(directory, 'file'), '');
  const { store } = newStore(join(directory, 'file', 'below'), 'db/0');
  await expect(store.begin()).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining('ENOTDIR'),
  });
});

test('a disk that is full while the unit joins lets the same store try again', async () => {
  const directory = newDirectory();
  const { store, fileSystem } = newStore(directory, 'db/0');
  let creates = 0;
  // The format and the claim go through; the member and the return of the claim do not.
  fileSystem.before = (call) => {
    if (call === 'create' && (creates += 1) > 2) throw systemError('ENOSPC', call);
  };
  await expect(store.begin()).rejects.toMatchObject({ code: 'UNAVAILABLE' });

  fileSystem.before = () => undefined;
  await hook(store, async () => undefined);
  expect(namesIn(directory)).toContain('member.db%2f0');
});

test('making a store touches nothing', () => {
  const directory = newDirectory();
  const { store, fileSystem } = newStore(join(directory, 'new'), 'db/0');
  expect(store.path).toBe(join(directory, 'new', 'baton'));
  expect(fileSystem.calls).toEqual([]);
});

test('temporary files that a dead process left are removed when its unit comes back, and no others', async () => {
  const directory = newDirectory();
  const first = newStore(directory, 'db/0');
  await hook(first.store, async () => undefined);
  await first.store.close();
  const own = 'tmp.db%2f0.0123abcd';
  const others = ['tmp.db%2f1.0123abcd', 'tmp.db%2f00.0123abcd'];
  for (const name of [own, ...others]) writeFileSync(join(first.store.path, name), 'half');

  await hook(newStore(directory, 'db/0').store, async () => undefined);

  expect(namesIn(directory).filter(isTemporaryName)).toEqual(others.toSorted());
});

test('a sheet that cannot be read is told with its path, stays as it is, and stops nobody else', async () => {
  const directory = newDirectory();
  const [a, b] = [newStore(directory, 'db/0').store, newStore(directory, 'db/1').store];
  await hook(a, (session) => session.peers.write(asking(5)));
  await hook(b, (session) => session.peers.write(asking(6)));
  const path = join(a.path, 'sheet.db%2f0');
  writeFileSync(path, 'no sheet');

  const seen = await hook(b, (session) => session.peers.readAll([]));
  expect(seen.get(parseUnitName('db/0'))).toMatchObject({
    state: 'unreadable',
    error: { code: 'CORRUPT', path, unit: 'db/0' },
  });
  expect(seen.get(parseUnitName('db/1'))).toEqual({ state: 'present', sheet: asking(6) });
  await hook(a, async (session) => {
    const refused = session.peers.write(asking(7));
    await expect(refused).rejects.toMatchObject({ code: 'CORRUPT', path });
  });
  expect(readFileSync(path, 'utf8')).toBe('no sheet');
});

test.each(['EACCES', 'EIO'])(
  '%s on a sheet of another unit makes that one unreadable',
  async (code) => {
    const directory = newDirectory();
    const [a, b] = [newStore(directory, 'db/0'), newStore(directory, 'db/1')];
    await hook(a.store, (session) => session.peers.write(asking(5)));
    await hook(b.store, (session) => session.peers.write(asking(6)));
    b.fileSystem.before = (call, name) => {
      if (call === 'read' && name === 'sheet.db%2f0') throw systemError(code, call);
    };

    const seen = await hook(b.store, (session) => session.peers.readAll([]));

    expect(seen.get(parseUnitName('db/0'))).toMatchObject({
      state: 'unreadable',
      error: { code: 'UNAVAILABLE', path: join(a.store.path, 'sheet.db%2f0') },
    });
    expect(seen.get(parseUnitName('db/1'))?.state).toBe('present');
  },
);

test('a sheet that goes between listing and reading is absent', async () => {
  const directory = newDirectory();
  const [a, b] = [newStore(directory, 'db/0'), newStore(directory, 'db/1')];
  await hook(a.store, (session) => session.peers.write(asking(5)));
  await hook(b.store, async () => undefined);
  b.fileSystem.before = (call, name) => {
    if (call === 'read' && name === 'sheet.db%2f0') throw systemError('ENOENT', call);
  };

  const seen = await hook(b.store, (session) => session.peers.readAll([]));

  expect(seen.get(parseUnitName('db/0'))).toEqual({ state: 'absent' });
});

test.each([
  ['{"version":2,"codec":"compact"}', 'UNSUPPORTED', /format 2 .* format 1/s],
  ['{"version":1,"codec":"other"}', 'UNSUPPORTED', /"other".*"compact"/s],
  ['{"version":', 'CORRUPT', /does not name the form/],
  ['{"version":"1"}', 'CORRUPT', /does not name the form/],
])('a directory whose format is %s is refused', async (format, code, message) => {
  const directory = newDirectory();
  const { store } = newStore(directory, 'db/0');
  await hook(store, async () => undefined);
  await store.close();
  writeFileSync(join(store.path, 'format'), format);

  await expect(newStore(directory, 'db/1').store.begin()).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message),
    path: join(store.path, 'format'),
  });
  expect(namesIn(directory)).not.toContain('member.db%2f1');
});

test.each(['', 'a\nb', '\ud800', 'k'.repeat(81)])('%j is refused as a key', (key) => {
  expect(() => newStore('/nowhere', 'db/0', { key })).toThrow(
    expect.objectContaining({ code: 'UNSUPPORTED' }),
  );
});

test.each(['EPERM', 'ENOTSUP', 'EOPNOTSUPP'])(
  'a file system without hard links (%s) is refused, with what to do',
  async (code) => {
    const directory = newDirectory();
    const { store, fileSystem } = newStore(directory, 'db/0');
    fileSystem.before = (call) => {
      if (call === 'link') throw systemError(code, call);
    };
    await expect(store.begin()).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      path: store.path,
      message: expect.stringContaining('use a directory on a local file system'),
    });
    expect(namesIn(directory)).toEqual([]);
  },
);

test.each([
  ['an error without a number', new TypeError('a mistake')],
  ['an error whose number is no name', Object.assign(new Error(), { code: 5, syscall: 'read' })],
  ['something that is no error', 'thrown text'],
])('%s is not told as one of the disk', async (_what, thrown) => {
  const { store, fileSystem } = newStore(newDirectory(), 'db/0');
  fileSystem.before = (call) => {
    if (call === 'read') throw thrown;
  };
  await expect(store.begin()).rejects.toBe(thrown);
});

test('a mistake in the codec is thrown as it is: the sheets are not damaged', async () => {
  const directory = newDirectory();
  await hook(newStore(directory, 'db/0').store, (session) => session.peers.write(asking(5)));
  const broken = new TypeError('a mistake in the codec');
  const codec: Codec = {
    ...compactCodec,
    decodeRequestSheet: () => {
      throw broken;
    },
  };
  const store = new FileLockStore({ directory, unit: 'db/1', codec });
  atEnd(() => store.close());
  await expect(hook(store, (session) => session.peers.readAll([]))).rejects.toBe(broken);
});

test('a store on the file system of the machine needs no more than a directory and a unit', async () => {
  const directory = newDirectory();
  const [a, b] = ['db/0', 'db/1'].map((unit) => new FileLockStore({ directory, unit }));
  if (a === undefined || b === undefined) throw new Error('two');
  for (const store of [a, b]) atEnd(() => store.close());
  await hook(a, (session) => session.grants.write(granting('db/1', 5)));
  expect(await hook(b, (session) => session.grants.read())).toEqual(granting('db/1', 5));
});

test.each(['leader.1', 'claim.db%2f1.1'])(
  'a claim that goes between listing and reading, %s, stops no hook',
  async (claim) => {
    const directory = newDirectory();
    const [a, b] = [newStore(directory, 'db/0'), newStore(directory, 'db/1')];
    await hook(a.store, (session) => session.leadership());
    await hook(b.store, async () => undefined);
    const c = newStore(directory, 'db/2');
    let misses = 0;
    c.fileSystem.before = (call, name) => {
      if (call === 'read' && name === claim && (misses += 1) === 1)
        throw systemError('ENOENT', call);
    };
    expect((await hook(c.store, (session) => session.leadership())).leader).toBe(false);
    expect(misses).toBeGreaterThan(0);
  },
);
