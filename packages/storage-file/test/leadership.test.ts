import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import {
  asking,
  bury,
  gate,
  granting,
  holdAt,
  hook,
  meetAt,
  namesIn,
  newDirectory,
  newStore,
} from './places.ts';
import { systemError } from './testing-file-system.ts';

test('the first unit that asks leads, and leads on while it lives', async () => {
  const directory = newDirectory();
  const [a, b] = [newStore(directory, 'db/0').store, newStore(directory, 'db/1').store];
  expect(await hook(a, (session) => session.leadership())).toEqual({
    leader: true,
    guaranteedForMs: Infinity,
  });
  expect(await hook(b, (session) => session.leadership())).toEqual({
    leader: false,
    guaranteedForMs: 0,
  });
  expect((await hook(a, (session) => session.leadership())).leader).toBe(true);
  expect(namesIn(directory).filter((name) => name.startsWith('leader.'))).toEqual(['leader.1']);
});

test('a leader that closes makes way at once', async () => {
  const directory = newDirectory();
  const [a, b] = [newStore(directory, 'db/0').store, newStore(directory, 'db/1').store];
  await hook(a, (session) => session.grants.write(granting('db/1', 5)));
  await a.close();
  await a.close();
  await hook(b, async (session) => {
    expect((await session.leadership()).leader).toBe(true);
    expect(await session.grants.read()).toEqual(granting('db/1', 5));
  });
});

test('whoever did not lead when a hook asked first does not lead in that hook', async () => {
  const directory = newDirectory();
  const [a, b] = [newStore(directory, 'db/0').store, newStore(directory, 'db/1').store];
  await hook(a, (session) => session.leadership());
  await hook(b, async (session) => {
    expect((await session.leadership()).leader).toBe(false);
    await a.close();
    expect((await session.leadership()).leader).toBe(false);
    await expect(session.grants.write(granting('db/1', 5))).rejects.toMatchObject({
      code: 'NOT_LEADER',
    });
  });
  expect((await hook(b, (session) => session.leadership())).leader).toBe(true);
});

test('a unit that lost leadership and got it back in one hook does not lead in that hook', async () => {
  const directory = newDirectory();
  const [a, b] = [newStore(directory, 'db/0').store, newStore(directory, 'db/1').store];
  await hook(b, async () => undefined);
  await hook(a, async (session) => {
    expect((await session.leadership()).leader).toBe(true);
    await b.takeLeadership();
    await a.takeLeadership();
    expect((await session.leadership()).leader).toBe(false);
  });
  expect((await hook(a, (session) => session.leadership())).leader).toBe(true);
});

test('of two claims to the same epoch one counts', async () => {
  const directory = newDirectory();
  const [a, b] = [newStore(directory, 'db/0'), newStore(directory, 'db/1')];
  const [first, second] = [await a.store.begin(), await b.store.begin()];
  meetAt([a.fileSystem, b.fileSystem], 'link', 'leader.1');

  const answers = await Promise.all([first.leadership(), second.leadership()]);

  expect(answers.filter(({ leader }) => leader)).toHaveLength(1);
});

test('a claim to an epoch that was overtaken and removed long ago counts for nothing', async () => {
  const directory = newDirectory();
  const late = newStore(directory, 'db/9');
  const session = await late.store.begin();
  const atLink = holdAt(late.fileSystem, 'before', 'link', 'leader.1');
  const answer = session.leadership();
  await atLink.reached;
  for (const unit of ['db/0', 'db/1', 'db/2', 'db/3']) {
    await newStore(directory, unit).store.takeLeadership();
  }
  expect(namesIn(directory).filter((name) => name.startsWith('leader.'))).toEqual([
    'leader.3',
    'leader.4',
  ]);
  atLink.release();
  expect((await answer).leader).toBe(false);
});

test('the grants of a deposed leader that writes late are neither successful nor ever read', async () => {
  const directory = newDirectory();
  const [a, b, c] = [
    newStore(directory, 'db/0'),
    newStore(directory, 'db/1'),
    newStore(directory, 'db/2'),
  ];
  await hook(a.store, (session) => session.grants.write(granting('db/1', 5)));
  await hook(b.store, async () => undefined);
  const session = await a.store.begin();
  const atRename = holdAt(a.fileSystem, 'before', 'rename', 'grants.1');
  const write = session.grants.write(granting('db/2', 6));
  await atRename.reached;
  await b.store.takeLeadership();
  await hook(b.store, async (own) => {
    expect(await own.grants.read()).toEqual(granting('db/1', 5));
    atRename.release();
    await expect(write).rejects.toMatchObject({ code: 'NOT_LEADER' });
    await own.grants.refresh?.();
    expect(await own.grants.read()).toEqual(granting('db/1', 5));
  });
  await session.end('success');
  for (const { store } of [a, c]) {
    const seen = await hook(store, (own) => own.grants.read());
    expect(seen).toEqual(granting('db/1', 5));
  }
});

test('a reader that was about to read a deposed leader’s grants does not believe them', async () => {
  const directory = newDirectory();
  const [a, b, c] = [
    newStore(directory, 'db/0'),
    newStore(directory, 'db/1'),
    newStore(directory, 'db/2'),
  ];
  await hook(a.store, (session) => session.grants.write(granting('db/1', 5)));
  await hook(b.store, async () => undefined);
  const reader = await c.store.begin();
  const writing = holdAt(a.fileSystem, 'before', 'rename', 'grants.1');
  const late = hook(a.store, (session) => session.grants.write(granting('db/2', 6))).catch(
    (error: unknown) => error,
  );
  await writing.reached;
  const reading = holdAt(c.fileSystem, 'before', 'read', 'grants.1');
  const seen = reader.grants.read();
  await reading.reached;
  await b.store.takeLeadership();
  writing.release();
  expect(await late).toMatchObject({ code: 'NOT_LEADER' });
  reading.release();
  expect(await seen).toEqual(granting('db/1', 5));
});

test('grants that were written just before leadership passed are carried over', async () => {
  const directory = newDirectory();
  const [a, b] = [newStore(directory, 'db/0'), newStore(directory, 'db/1')];
  await hook(a.store, (session) => session.leadership());
  await hook(b.store, async () => undefined);
  const session = await a.store.begin();
  // The new leader has claimed its epoch and has not yet read the old grants.
  const linked = holdAt(b.fileSystem, 'after', 'link', 'leader.2');
  const taken = b.store.takeLeadership();
  const written = gate();
  a.fileSystem.after = async (call, name) => {
    if (call !== 'rename' || name !== 'grants.1') return;
    await linked.reached;
    written.open();
  };
  const write = session.grants.write(granting('db/1', 7)).catch((error: unknown) => error);
  await written.passed;
  linked.release();
  await taken;
  // Refused, as it cannot be known which came first; yet what was written is not lost either.
  expect(await write).toMatchObject({ code: 'NOT_LEADER' });
  await session.end('success');
  expect(await hook(b.store, (own) => own.grants.read())).toEqual(granting('db/1', 7));
});

test('a reader waits while a new leader carries the grants over', async () => {
  const directory = newDirectory();
  const [a, b] = [newStore(directory, 'db/0'), newStore(directory, 'db/1')];
  await hook(a.store, (session) => session.grants.write(granting('db/1', 5)));
  await hook(b.store, async () => undefined);
  const linked = holdAt(b.fileSystem, 'after', 'link', 'leader.2');
  const taken = b.store.takeLeadership();
  await linked.reached;
  let misses = 0;
  a.fileSystem.before = (call, name) => {
    if (call === 'read' && name === 'grants.2' && (misses += 1) === 3) linked.release();
  };
  const seen = await hook(a.store, (session) => session.grants.read());
  expect(seen).toEqual(granting('db/1', 5));
  await taken;
});

test('a unit that was overtaken while it carried the grants over does not lead', async () => {
  const directory = newDirectory();
  const [b, c] = [newStore(directory, 'db/1'), newStore(directory, 'db/2')];
  const session = await b.store.begin();
  const carrying = holdAt(b.fileSystem, 'before', 'rename', 'grants.1');
  const answer = session.leadership();
  await carrying.reached;
  await c.store.takeLeadership();
  carrying.release();
  expect((await answer).leader).toBe(false);
});

test('a reader gives up on a new leader that hangs, and says who it is', async () => {
  const directory = newDirectory();
  const a = newStore(directory, 'db/0', {}, {}).store;
  await hook(a, (session) => session.grants.write(granting('db/1', 5)));
  await a.close();
  const b = newStore(directory, 'db/1');
  const session = await b.store.begin();
  const linked = holdAt(b.fileSystem, 'after', 'link', 'leader.2');
  const leads = session.leadership();
  await linked.reached;
  const c = newStore(directory, 'db/2', {}, { takeoverWaitMs: 30 });
  await expect(hook(c.store, (own) => own.grants.read())).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining(`unit db/1 (process ${process.pid})`),
  });
  linked.release();
  expect((await leads).leader).toBe(true);
});

test('a new leader that died before it carried the grants over is succeeded', async () => {
  const directory = newDirectory();
  const a = newStore(directory, 'db/0').store;
  await hook(a, (session) => session.grants.write(granting('db/1', 5)));
  await a.close();
  const c = newStore(directory, 'db/2').store;
  const session = await c.begin();
  const dead = readFileSync(join(a.path, 'leader.1'), 'utf8').replace(
    '"released":true',
    '"released":false',
  );
  writeFileSync(join(a.path, 'leader.2'), dead);
  bury(join(a.path, 'leader.2'));

  await expect(session.grants.read()).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining('ended while it took over'),
  });
  expect((await session.leadership()).leader).toBe(true);
  expect(await session.grants.read()).toEqual(granting('db/1', 5));
  await session.end('success');
});

test('grants that cannot be read pass to the next leader as they are', async () => {
  const directory = newDirectory();
  const [a, b] = [newStore(directory, 'db/0').store, newStore(directory, 'db/1').store];
  await hook(a, (session) => session.grants.write(granting('db/1', 5)));
  writeFileSync(join(a.path, 'grants.1'), 'no grants');
  await hook(b, async () => undefined);
  await b.takeLeadership();

  expect(readFileSync(join(a.path, 'grants.2'), 'utf8')).toBe('no grants');
  const path = join(a.path, 'grants.2');
  const refused = expect.objectContaining({ code: 'CORRUPT', path });
  await expect(hook(a, (session) => session.grants.read())).rejects.toEqual(refused);
  await expect(hook(b, (session) => session.grants.write(granting('db/1', 6)))).rejects.toEqual(
    refused,
  );
  expect(readFileSync(path, 'utf8')).toBe('no grants');
});

test('grants that somebody removed are not taken for empty', async () => {
  const directory = newDirectory();
  const { store } = newStore(directory, 'db/0', {}, { takeoverWaitMs: 0 });
  await hook(store, (session) => session.grants.write(granting('db/1', 5)));
  rmSync(join(store.path, 'grants.1'));
  await expect(
    hook(store, (session) => session.grants.write(granting('db/1', 6))),
  ).rejects.toMatchObject({ code: 'CORRUPT', path: join(store.path, 'grants.1') });
  await expect(hook(store, (session) => session.grants.read())).rejects.toMatchObject({
    code: 'UNAVAILABLE',
  });
});

test('the two newest epochs stay, the older ones go', async () => {
  const directory = newDirectory();
  const stores = [newStore(directory, 'db/0').store, newStore(directory, 'db/1').store] as const;
  for (let round = 0; round < 4; round += 1) {
    for (const store of stores) await store.takeLeadership();
  }
  expect(namesIn(directory).filter((name) => /^(leader|grants)\./.test(name))).toEqual([
    'grants.7',
    'grants.8',
    'leader.7',
    'leader.8',
  ]);
});

test('a leader whose process id belongs to another process now is dead', async () => {
  const directory = newDirectory();
  const [a, b] = [newStore(directory, 'db/0').store, newStore(directory, 'db/1').store];
  await hook(a, (session) => session.leadership());
  const path = join(a.path, 'leader.1');
  const text = readFileSync(path, 'utf8');
  writeFileSync(
    path,
    text.replace(/"pid":\d+/, `"pid":${process.ppid}`).replace(/"started":"\d+"/, '"started":"1"'),
  );
  expect((await hook(b, (session) => session.leadership())).leader).toBe(true);
});

test('a leadership claim that cannot be read is told, and nobody leads past it', async () => {
  const directory = newDirectory();
  const [a, b] = [newStore(directory, 'db/0').store, newStore(directory, 'db/1').store];
  await hook(a, (session) => session.leadership());
  const path = join(a.path, 'leader.1');
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, '{}');
  await expect(hook(b, (session) => session.leadership())).rejects.toMatchObject({
    code: 'CORRUPT',
    path,
    message: expect.stringContaining(`baton-files set-aside ${directory} leader.1`),
  });
  expect(namesIn(directory)).not.toContain('leader.2');
  writeFileSync(path, text);
});

test('a second key in the same directory has its own leader, members and documents', async () => {
  const directory = newDirectory();
  const a = newStore(directory, 'db/0').store;
  const b = newStore(directory, 'db/0', { key: 'Other/key' }).store;
  await hook(a, async (session) => {
    await session.peers.write(asking(5));
    await session.grants.write(granting('db/0', 5));
  });
  await hook(b, async (session) => {
    expect((await session.leadership()).leader).toBe(true);
    expect((await session.grants.read()).size).toBe(0);
    expect(await session.peers.readOwn()).toEqual({ state: 'absent' });
  });
  expect(namesIn(directory, '%4fther%2fkey')).not.toContain('sheet.db%2f0');
});

test('a unit that was overtaken while it took leadership by force takes it anew', async () => {
  const directory = newDirectory();
  const [a, b] = [newStore(directory, 'db/0'), newStore(directory, 'db/1')];
  await hook(a.store, async () => undefined);
  await hook(b.store, async () => undefined);
  const carrying = holdAt(a.fileSystem, 'before', 'rename', 'grants.1');
  const taken = a.store.takeLeadership();
  await carrying.reached;
  await b.store.takeLeadership();
  carrying.release();
  await taken;
  expect((await hook(b.store, (session) => session.leadership())).leader).toBe(false);
  expect((await hook(a.store, (session) => session.leadership())).leader).toBe(true);
  expect(namesIn(directory)).toContain('grants.3');
});

test('a disk that fails when the grants are already carried over costs the hook, not the grants', async () => {
  const directory = newDirectory();
  const [a, b] = [newStore(directory, 'db/0'), newStore(directory, 'db/1')];
  await hook(a.store, (session) => session.grants.write(granting('db/1', 5)));
  await a.store.close();
  const session = await b.store.begin();
  b.fileSystem.after = (call, name) => {
    if (call === 'rename' && name === 'grants.2') throw systemError('EIO', call);
  };
  await expect(session.leadership()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await session.end('failure');

  b.fileSystem.after = () => undefined;
  await hook(b.store, async (next) => {
    expect((await next.leadership()).leader).toBe(true);
    expect(await next.grants.read()).toEqual(granting('db/1', 5));
  });
});

test('older grants that go while they are carried over are looked for again', async () => {
  const directory = newDirectory();
  const [a, b] = [newStore(directory, 'db/0'), newStore(directory, 'db/1')];
  await hook(a.store, (session) => session.grants.write(granting('db/1', 5)));
  await a.store.close();
  let misses = 0;
  b.fileSystem.before = (call, name) => {
    if (call === 'read' && name === 'grants.1' && (misses += 1) === 1)
      throw systemError('ENOENT', call);
  };
  await hook(b.store, async (session) => {
    expect((await session.leadership()).leader).toBe(true);
    expect(await session.grants.read()).toEqual(granting('db/1', 5));
  });
});
