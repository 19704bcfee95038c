import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  jujuLog,
  leaderGet,
  leaderSet,
  relationGet,
  relationSet,
  SPAWN_ARGUMENT_BYTES_MAX,
  SpawnTransport,
} from '../src/index.ts';
import { WAYS } from './agent-server.ts';
import { errorOf } from './fake-transport.ts';

let folder: string;
let transport: SpawnTransport;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'baton-hook-tools-'));
  transport = new SpawnTransport({ env: { PATH: `${folder}:/usr/bin:/bin`, AT: folder } });
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** Puts a tool on the PATH that records what it is called with, and then does as the script says. */
async function tool(name: string, script: string): Promise<void> {
  const path = join(folder, name);
  const record =
    'for each in "$@"; do printf "%s\\0" "$each"; done > "$AT/argv"\ncat > "$AT/stdin"\n';
  await writeFile(path, `#!/bin/sh\n${record}${script}\n`);
  await chmod(path, 0o755);
}

async function argv(): Promise<string[]> {
  return (await readFile(join(folder, 'argv'), 'utf8')).split('\0').slice(0, -1);
}

describe.each(WAYS)('a process $way', ({ by }) => {
  it('passes arguments as they are, closes standard input, and gives the answer to the letter', async () => {
    const called = await by(transport);
    const answer = '\ufeff{"a":"é\u{1f600}\\u003c\\u0000"}\n';
    await writeFile(join(folder, 'answer'), answer);
    await tool('relation-get', 'cat "$AT/answer"; echo "a warning" >&2; exit 7');
    const args = ['--format=json', '', '$(x) `y` "z" \'', 'é\u{1f600}\n', '-'];
    const result = await called.run({ tool: 'relation-get', args });
    expect(result).toEqual({ exitCode: 7, stdout: answer, stderr: 'a warning\n' });
    expect(await argv()).toEqual(args);
    expect(await readFile(join(folder, 'stdin'), 'utf8')).toBe('');
  });

  it('gives back a value byte for byte', async () => {
    const called = await by(transport);
    const value = 'é\u{1f600}\u2028\u0085\0\t "\\<&>';
    await writeFile(join(folder, 'answer'), `${JSON.stringify({ k: value })}\n`);
    await tool('relation-get', 'cat "$AT/answer"');
    expect(await relationGet(called, { relation: 'peer:0', unit: 'a/1' })).toEqual(
      new Map([['k', value]]),
    );
    expect(await argv()).toEqual(['--format=json', '-r', 'peer:0', '-', 'a/1']);
  });

  it('sends values of any size by standard input', async () => {
    const called = await by(transport);
    await tool('relation-set', '');
    const value = 'é'.repeat(1_000_000);
    await relationSet(called, { relation: 'peer:0', data: { k: value } });
    expect(await argv()).toEqual(['-r', 'peer:0', '--file', '-']);
    expect(JSON.parse(await readFile(join(folder, 'stdin'), 'utf8'))).toEqual({ k: value });
  });

  it('reads a large answer whole, though a character lies across two pieces', async () => {
    const called = await by(transport);
    const value = 'x' + 'é\u{1f600}'.repeat(200_000);
    await writeFile(join(folder, 'answer'), JSON.stringify(value));
    await tool('leader-get', 'cat "$AT/answer"');
    expect(await leaderGet(called, 'k')).toBe(value);
  });

  it('does not mind a tool that refuses without reading standard input', async () => {
    const called = await by(transport);
    const path = join(folder, 'relation-set');
    await writeFile(path, '#!/bin/sh\nexec 0<&-\necho "ERROR permission denied" >&2\nexit 1\n');
    await chmod(path, 0o755);
    const error = await errorOf(relationSet(called, { data: { k: 'x'.repeat(4_000_000) } }));
    expect(error).toMatchObject({ code: 'PERMISSION_DENIED', exitCode: 1 });
  });
});

it('sends an argument of 131,071 bytes, and refuses a longer one before the call', async () => {
  await tool('leader-set', '');
  const most = SPAWN_ARGUMENT_BYTES_MAX - 'k='.length;
  await leaderSet(transport, { k: 'x'.repeat(most) });
  expect(await argv()).toEqual([`k=${'x'.repeat(most)}`]);
  await rm(join(folder, 'argv'));
  for (const value of ['x'.repeat(most + 1), 'é'.repeat(most / 2 + 1)]) {
    const error = await errorOf(leaderSet(transport, { k: value }));
    expect(error).toMatchObject({ code: 'VALUE_NOT_SENDABLE', tool: 'leader-set' });
    expect(error.message).toContain('131071');
    expect(error.message.length).toBeLessThan(400);
  }
  await expect(argv()).rejects.toThrow('ENOENT');
});

it('refuses a NUL in an argument before the call', async () => {
  await tool('juju-log', '');
  const error = await errorOf(jujuLog(transport, 'a\0b'));
  expect(error).toMatchObject({ code: 'VALUE_NOT_SENDABLE', tool: 'juju-log' });
  await expect(argv()).rejects.toThrow('ENOENT');
});

it('refuses arguments that are too large together', async () => {
  await tool('leader-set', '');
  const keys = Array.from(
    { length: 40 },
    (_, index) => [`k${index}`, 'x'.repeat(130_000)] as const,
  );
  const error = await errorOf(leaderSet(transport, new Map(keys)));
  expect(error).toMatchObject({ code: 'VALUE_NOT_SENDABLE', tool: 'leader-set' });
  expect(error.message).toContain('E2BIG');
});

it('says that a tool is missing', async () => {
  const error = await errorOf(leaderGet(transport));
  expect(error).toMatchObject({ code: 'MISSING', tool: 'leader-get', exitCode: undefined });
});

it('says that a tool could not be run', async () => {
  await writeFile(join(folder, 'leader-get'), '#!/bin/sh\n');
  const only = new SpawnTransport({ env: { PATH: folder } });
  const error = await errorOf(leaderGet(only));
  expect(error).toMatchObject({ code: 'FAILED', tool: 'leader-get', retryable: true });
  expect(error.message).toContain('EACCES');
  expect(error.cause).toMatchObject({ code: 'EACCES' });
});

it('says that a tool was ended by a signal', async () => {
  await tool('leader-get', 'kill -KILL $$');
  const error = await errorOf(leaderGet(transport));
  expect(error).toMatchObject({ code: 'FAILED', tool: 'leader-get', exitCode: undefined });
  expect(error.message).toContain('SIGKILL');
});

it('says that the answer is not UTF-8', async () => {
  await tool('leader-get', String.raw`printf '"\377"'`);
  const error = await errorOf(leaderGet(transport, 'k'));
  expect(error).toMatchObject({ code: 'MALFORMED_OUTPUT', exitCode: 0 });
});

it('looks for the tools on the PATH of this process, unless given another', async () => {
  await tool('leader-get', 'echo "{}"');
  const before = process.env['PATH'];
  const inherited = new SpawnTransport();
  try {
    process.env['PATH'] = `${folder}:${before}`;
    process.env['AT'] = folder;
    expect(await leaderGet(inherited)).toEqual(new Map());
  } finally {
    process.env['PATH'] = before;
    delete process.env['AT'];
  }
});
