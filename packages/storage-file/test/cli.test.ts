import { mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { runCli } from '../src/cli/cli.ts';
import { inspectDirectory } from '../src/index.ts';
import { asking, atEnd, bury, granting, hook, newDirectory, newStore } from './places.ts';

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(...args: readonly string[]): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli(args, {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

/** `db/0` leads, `db/1` holds `restart` and has died, `db/2` waits for it. */
async function inTheMiddle(): Promise<{ readonly directory: string; readonly path: string }> {
  const directory = newDirectory();
  const stores = ['db/0', 'db/1', 'db/2'].map((unit) => newStore(directory, unit).store);
  const [leader, holder, waiter] = stores;
  if (leader === undefined || holder === undefined || waiter === undefined)
    throw new Error('three');
  await hook(leader, (session) => session.leadership());
  await hook(holder, (session) => session.peers.write(asking(1_000_000)));
  await hook(waiter, (session) => session.peers.write(asking(2_000_000)));
  await hook(leader, (session) => session.grants.write(granting('db/1', 1_000_000)));
  bury(join(holder.path, 'claim.db%2f1.1'));
  return { directory, path: leader.path };
}

test('status says who leads, who holds, who waits and why, and whose process is gone', async () => {
  const { directory, path } = await inTheMiddle();
  const { code, out } = await run('status', directory);
  expect(code).toBe(0);
  expect(out.split('\n')).toEqual([
    `directory ${path} (format 1, compact)`,
    `leader    db/0 (process ${process.pid})`,
    `unit      db/0 (process ${process.pid})`,
    `unit      db/1 (process ${process.pid} has died)`,
    `unit      db/2 (process ${process.pid})`,
    'lock "restart"',
    '  db/1 holds it (asked 1970-01-01T00:00:01.000Z)',
    '  1. db/2 waits (asked 1970-01-01T00:00:02.000Z): the lock is held by 1 of 1 allowed',
    '  db/1 keeps it though no process serves that unit: start it again, or `baton-files leave` it',
  ]);
});

test('status explains by the policy that it is told', async () => {
  const { directory } = await inTheMiddle();
  const { out } = await run('status', directory, '--policy', 'limit=2', '--lock', 'restart');
  expect(out).toContain('1. db/2 waits (asked 1970-01-01T00:00:02.000Z): the leader grants it');
  expect((await run('status', directory, '--lock', 'other')).out).toContain('nobody holds it');
});

test('status for programs says the same in JSON', async () => {
  const { directory, path } = await inTheMiddle();
  const { out } = await run('status', directory, '--json');
  expect(JSON.parse(out)).toMatchObject({
    path,
    format: { version: 1, codec: 'compact' },
    leader: { unit: 'db/0', process: { state: 'alive' } },
    units: [{ unit: 'db/0' }, { unit: 'db/1', process: { state: 'gone' } }, { unit: 'db/2' }],
    grantsReadable: true,
    locks: [
      {
        lock: 'restart',
        holders: [{ unit: 'db/1', state: 'held', process: { state: 'gone' } }],
        queue: [{ unit: 'db/2', place: 1, reason: { why: 'held', holders: 1, limit: 1 } }],
      },
    ],
    problems: [],
  });
});

test('status names what cannot be read and the command that mends it', async () => {
  const { directory, path } = await inTheMiddle();
  const leader = readFileSync(join(path, 'leader.1'));
  atEnd(() => writeFileSync(join(path, 'leader.1'), leader));
  for (const name of ['sheet.db%2f2', 'grants.1', 'claim.db%2f2.1', 'leader.1', 'format']) {
    writeFileSync(join(path, name), '?');
  }
  writeFileSync(join(path, 'notes.txt'), '');
  const { code, out } = await run('status', directory);
  expect(code).toBe(0);
  expect(out).toContain('locks     unknown: the grant sheet cannot be read');
  for (const hint of [
    `\`baton-files set-aside ${directory} sheet.db%2f2\``,
    `\`baton-files set-aside ${directory} --grants\``,
    `\`baton-files set-aside ${directory} claim.db%2f2.1\``,
    `\`baton-files set-aside ${directory} leader.1\``,
    `${join(path, 'format')} does not name the form`,
    `${join(path, 'notes.txt')} is none of Baton's files`,
  ]) {
    expect(out).toContain(hint);
  }
});

test('a sheet that cannot be read is moved, not deleted, and its unit goes on', async () => {
  const { directory, path } = await inTheMiddle();
  writeFileSync(join(path, 'sheet.db%2f2'), '?');
  const { code, out } = await run('set-aside', directory, join(path, 'sheet.db%2f2'));
  expect(code).toBe(0);
  expect(out).toContain('what db/2 has asked for is forgotten');
  const [kept = ''] = readdirSync(join(path, 'set-aside'));
  expect(readFileSync(join(path, 'set-aside', kept), 'utf8')).toBe('?');
  const { problems, sheets } = await inspectDirectory(directory);
  expect(problems).toEqual([]);
  expect([...sheets.values()].map(({ state }) => state)).toEqual(['absent', 'present', 'absent']);
});

test('grants that cannot be read are moved, and nobody holds', async () => {
  const { directory, path } = await inTheMiddle();
  writeFileSync(join(path, 'grants.1'), '?');
  const { code, out } = await run('set-aside', directory, '--grants');
  expect(code).toBe(0);
  expect(out).toContain('nobody holds a lock until');
  expect((await inspectDirectory(directory)).grants?.size).toBe(0);
  const [kept = ''] = readdirSync(join(path, 'set-aside'));
  expect(readFileSync(join(path, 'set-aside', kept), 'utf8')).toBe('?');
});

test('what can be read stays unless it is forced', async () => {
  const { directory, path } = await inTheMiddle();
  for (const what of ['--grants', 'sheet.db%2f2', 'leader.1', 'claim.db%2f0.1']) {
    const { code, err } = await run('set-aside', directory, what);
    expect([code, err]).toEqual([1, expect.stringContaining('can be read, so it stays')]);
  }
  expect((await run('set-aside', directory, '--grants', '--force')).code).toBe(0);
  expect((await run('set-aside', directory, 'sheet.db%2f2', '--force')).code).toBe(0);
  expect(readdirSync(path)).not.toContain('sheet.db%2f2');
});

test('grants that are gone can be begun anew, by force', async () => {
  const { directory, path } = await inTheMiddle();
  rmSync(join(path, 'grants.1'));
  expect(await run('set-aside', directory, '--grants')).toMatchObject({
    code: 1,
    err: expect.stringContaining('there is no'),
  });
  expect((await run('set-aside', directory, '--grants', '--force')).out).toContain('emptied');
  expect((await inspectDirectory(directory)).grants?.size).toBe(0);
});

test('a damaged leadership claim is moved, and the next unit leads with the same grants', async () => {
  const { directory, path } = await inTheMiddle();
  writeFileSync(join(path, 'leader.1'), '?');
  expect((await run('set-aside', directory, 'leader.1')).code).toBe(0);
  await hook(newStore(directory, 'db/3').store, async (session) => {
    expect((await session.leadership()).leader).toBe(true);
    expect(await session.grants.read()).toEqual(granting('db/1', 1_000_000));
  });
});

test('a damaged claim to a unit is moved, and the unit can be served again', async () => {
  const { directory, path } = await inTheMiddle();
  writeFileSync(join(path, 'claim.db%2f1.1'), '?');
  expect((await run('set-aside', directory, 'claim.db%2f1.1')).code).toBe(0);
  await hook(newStore(directory, 'db/1').store, async (session) => {
    expect((await session.peers.readOwn()).state).toBe('present');
  });
});

test('a unit whose process has died can be made to leave, one that lives cannot', async () => {
  const { directory } = await inTheMiddle();
  expect(await run('leave', directory, 'db/2')).toMatchObject({
    code: 1,
    err: expect.stringContaining('cannot serve unit db/2'),
  });
  expect((await run('leave', directory, 'db/1')).code).toBe(0);
  expect([...(await inspectDirectory(directory)).members.keys()]).toEqual(['db/0', 'db/2']);
  expect(await run('leave', directory, 'db/1')).toMatchObject({
    code: 1,
    err: expect.stringContaining('is no member'),
  });
});

test('a unit of another pid namespace can be made to leave by force', async () => {
  const { directory, path } = await inTheMiddle();
  const claim = join(path, 'claim.db%2f2.1');
  const text = readFileSync(claim, 'utf8');
  writeFileSync(claim, text.replace(/"pidNamespace":"[^"]*"/, '"pidNamespace":"pid:[1]"'));
  expect((await run('status', directory)).out).toContain('of another pid namespace');
  expect(await run('leave', directory, 'db/2')).toMatchObject({
    code: 1,
    err: expect.stringContaining('pid namespace'),
  });
  expect((await run('leave', directory, 'db/2', '--force')).code).toBe(0);
  expect([...(await inspectDirectory(directory)).members.keys()]).toEqual(['db/0', 'db/1']);
});

test('a directory that is not there, or has no such key, is an error in one line', async () => {
  const directory = newDirectory();
  for (const args of [
    ['status', join(directory, 'nowhere')],
    ['status', directory],
    ['set-aside', directory, '--grants'],
    ['leave', directory, 'db/0'],
  ]) {
    const { code, out, err } = await run(...args);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^baton-files: (there is no directory|no unit has joined) [^\n]*$/);
  }
});

test.each([
  [[]],
  [['bogus']],
  [['status']],
  [['status', 'a', 'b']],
  [['status', 'a', '--bogus']],
  [['status', 'a', '--policy', 'any']],
  [['status', 'a', '--policy', 'limit=0']],
  [['status', 'a', '--policy', 'limit=200%']],
  [['status', 'a', '--lock', '']],
  [['status', 'a', '--key', '']],
  [['set-aside', 'a']],
  [['set-aside', 'a', 'b', '--grants']],
  [['leave', 'a']],
  [['leave', 'a', 'db']],
])('wrong arguments %j end with 2 and one line', async (args) => {
  const { code, out, err } = await run(...args);
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(/^baton-files: [^\n]+$/);
});

test('--help says what there is', async () => {
  const { code, out } = await run('--help');
  expect(code).toBe(0);
  for (const command of ['status', 'set-aside', 'leave']) expect(out).toContain(command);
});

test('status of a directory that nobody uses yet says so, and what is to come', async () => {
  const directory = newDirectory();
  mkdirSync(join(directory, 'baton'));
  expect((await run('status', directory)).out.split('\n')).toEqual([
    `directory ${join(directory, 'baton')} (no format yet)`,
    'leader    nobody: the next unit that runs a hook takes over',
    'units     none have joined',
    'locks     nobody asks for one',
  ]);
  expect(JSON.parse((await run('status', directory, '--json')).out)).toMatchObject({
    format: null,
    leader: null,
    units: [],
    grantsReadable: true,
    locks: [],
  });
});

test('a holder whose store is closed is listed without a process', async () => {
  const directory = newDirectory();
  const [leader, holder] = [newStore(directory, 'db/0').store, newStore(directory, 'db/1').store];
  await hook(holder, (session) => session.peers.write(asking(5)));
  await hook(leader, (session) => session.grants.write(granting('db/1', 5)));
  await holder.close();
  const { out } = await run('status', directory, '--json', '--policy', 'serial');
  expect(JSON.parse(out)).toMatchObject({
    units: [{ unit: 'db/0' }, { unit: 'db/1', process: null }],
    locks: [{ holders: [{ unit: 'db/1', process: null }] }],
  });
});

test('a path through a file is an error in one line', async () => {
  const file = join(newDirectory(), 'file');
  writeFileSync(file, '');
  for (const args of [
    ['status', file],
    ['status', join(file, 'below')],
    ['set-aside', file, '--grants'],
    ['leave', file, 'db/0'],
  ]) {
    const { code, out, err } = await run(...args);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(
      /^baton-files: cannot look for [^\n]*ENOTDIR; a part of that path is a file/,
    );
  }
});

test('what breaks in the command itself is thrown on, not told as an error of the directory', async () => {
  const { directory } = await inTheMiddle();
  const broken = new Error('no terminal');
  const output = {
    out: () => {
      throw broken;
    },
    err: () => undefined,
  };
  await expect(runCli(['status', directory], output)).rejects.toBe(broken);
});

test('set-aside without a format to go by looks at the files as they are', async () => {
  const directory = newDirectory();
  mkdirSync(join(directory, 'baton'));
  expect(await run('set-aside', directory, 'sheet.db%2f0')).toMatchObject({
    code: 1,
    err: expect.stringMatching(/there is no .*sheet\.db%2f0 to set aside/),
  });
});

test.each(['sheet.db%2f7', 'local.db%2f0', 'leader.7', 'claim.db%2f0.7'])(
  'what is not there, %s, is said to be missing',
  async (name) => {
    const { directory, path } = await inTheMiddle();
    expect(await run('set-aside', directory, name, '--force')).toMatchObject({
      code: 1,
      err: `baton-files: there is no ${join(path, name)} to set aside`,
    });
  },
);

test.each(['format', 'member.db%2f1', 'wake.db%2f1', 'grants.1', 'notes.txt'])(
  'what is neither a sheet nor a claim, %s, stays even by force',
  async (name) => {
    const { directory, path } = await inTheMiddle();
    writeFileSync(join(path, 'notes.txt'), '');
    writeFileSync(join(path, 'wake.db%2f1'), '');
    const before = readdirSync(path);
    expect(await run('set-aside', directory, name, '--force')).toMatchObject({
      code: 1,
      err: expect.stringContaining('use --grants for the grant sheet'),
    });
    expect(readdirSync(path)).toEqual(before);
  },
);

test('a damaged claim that was overtaken is moved, and who leads goes on leading', async () => {
  const { directory, path } = await inTheMiddle();
  const next = newStore(directory, 'db/3').store;
  await next.takeLeadership();
  writeFileSync(join(path, 'leader.1'), '?');
  expect((await run('set-aside', directory, 'leader.1')).code).toBe(0);
  expect(readdirSync(path).filter((name) => name.startsWith('leader.'))).toEqual(['leader.2']);
  expect((await hook(next, (session) => session.leadership())).leader).toBe(true);
});

test('a claim that the disk does not give is not taken for a damaged one', async () => {
  const { directory, path } = await inTheMiddle();
  const claim = join(path, 'claim.db%2f1.1');
  const text = readFileSync(claim);
  rmSync(claim);
  mkdirSync(claim);
  atEnd(() => {
    rmdirSync(claim);
    writeFileSync(claim, text);
  });
  expect(await run('set-aside', directory, 'claim.db%2f1.1')).toMatchObject({
    code: 1,
    err: expect.stringContaining('EISDIR'),
  });
  expect(readdirSync(path)).toContain('claim.db%2f1.1');
});

test('without a place to keep what is set aside, everything stays', async () => {
  const { directory, path } = await inTheMiddle();
  for (const name of ['set-aside', 'grants.1', 'sheet.db%2f2'])
    writeFileSync(join(path, name), '?');
  for (const what of ['--grants', 'sheet.db%2f2']) {
    expect(await run('set-aside', directory, what)).toMatchObject({
      code: 1,
      err: expect.stringContaining(`cannot make the folder ${join(path, 'set-aside')}`),
    });
  }
  expect(readFileSync(join(path, 'grants.1'), 'utf8')).toBe('?');
  expect(readFileSync(join(path, 'sheet.db%2f2'), 'utf8')).toBe('?');
});

test('a member whose claim is gone is listed, and nobody serves it', async () => {
  const { directory, path } = await inTheMiddle();
  rmSync(join(path, 'claim.db%2f1.1'));
  expect((await run('status', directory)).out).toContain('unit      db/1 (no process serves it)');
});
