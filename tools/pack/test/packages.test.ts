import { mkdir, mkdtemp, readFile, readdir, realpath, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { Consumer } from '../consumer.ts';
import { packAll, packageFolders, readPackages, root } from '../packages.ts';

/** A package may have to be fetched, on a machine that does other things too. */
const TIMEOUT_MS = 300_000;

/** What the program of each package prints, and what it needs besides the package and what that depends on. */
const PROGRAMS: Readonly<
  Record<
    string,
    {
      readonly prints: readonly string[];
      readonly with?: readonly string[];
      readonly ships?: readonly string[];
    }
  >
> = {
  coordinator: { prints: ['lQGiZGLLQxkdIRiBAACncmVzdGFydJIAAA', '1', 'db/0', 'MALFORMED'] },
  'storage-memory': { prints: ['app/0 restarts', 'app/1 restarts', 'app/2 restarts'] },
  'storage-file': { prints: ['web/0 restarts', 'web/1 restarts', '2 members, 0 problems'] },
  charm: {
    prints: ['hook config-changed begins', 'writing the configuration', 'web is ready'],
  },
  'hook-tools': { prints: ['relation-ids --format=json peers', 'peers:0', 'db/0 leads'] },
  'storage-juju': { prints: ['restart granted', 'leader-set relation-set', 'UNSUPPORTED'] },
  'juju-sim': { prints: ['db/0 db/1', 'passed'], ships: ['tool'] },
  'storage-testkit': {
    prints: ['the store keeps the contract'],
    with: ['@baton/storage-memory'],
  },
};

const packages = await readPackages(Object.keys(PROGRAMS));
let workplace: string;
let tarballs: ReadonlyMap<string, string>;

beforeAll(async () => {
  workplace = await realpath(await mkdtemp(join(tmpdir(), 'baton-pack-')));
  tarballs = await packAll(packages, workplace);
}, TIMEOUT_MS);

afterAll(async () => {
  await rm(workplace, { recursive: true, force: true });
});

/** The tarballs of packages and of everything of the family that they need. */
function tarballsOf(names: readonly string[]): readonly string[] {
  const wanted = new Set<string>();
  const add = (name: string): void => {
    if (wanted.has(name)) return;
    wanted.add(name);
    for (const other of packages.find((each) => each.name === name)?.needs ?? []) add(other);
  };
  for (const name of names) add(name);
  return [...wanted].map((name) => tarballs.get(name) ?? `no tarball of ${name}`);
}

test('the workplace is outside the workspace, so nothing of it can be found', () => {
  expect(workplace.startsWith(root)).toBe(false);
  for (let folder = dirname(workplace); folder !== dirname(folder); folder = dirname(folder)) {
    expect(() => createRequire(join(folder, 'x.js')).resolve('@baton/coordinator')).toThrow(
      'Cannot find module',
    );
  }
});

test('there is a program for each package', async () => {
  expect(Object.keys(PROGRAMS).toSorted()).toEqual(await packageFolders());
});

describe.each(packages)(
  '$name, installed alone',
  ({ folder, name }) => {
    let consumer: Consumer;

    beforeAll(async () => {
      consumer = new Consumer(join(workplace, folder));
      await mkdir(consumer.folder);
      await consumer.install(tarballsOf([name, ...(PROGRAMS[folder]?.with ?? [])]));
    }, TIMEOUT_MS);

    test('has what it says and nothing of the workspace', async () => {
      const installed = join(consumer.folder, 'node_modules', name);
      expect(await realpath(installed)).toBe(installed);
      const names = (await readdir(installed)).toSorted();
      const shipped = ['LICENSE', 'README.md', 'dist', 'package.json', 'src'];
      expect(names).toEqual([...shipped, ...(PROGRAMS[folder]?.ships ?? [])]);
      expect(await readFile(join(installed, 'LICENSE'), 'utf8')).toBe(
        await readFile(join(root, 'LICENSE'), 'utf8'),
      );
      const files = await readdir(installed, { recursive: true });
      expect(files.filter((file) => /tsbuildinfo$|\.test\.|(^|\/)out-tsc\//.test(file))).toEqual(
        [],
      );
    });

    test('compiles with a program that uses it, its declarations checked', async () => {
      expect(await consumer.compile(`${folder}.ts`)).toBe('');
    });

    test('works', async () => {
      const { code, stdout, stderr } = await consumer.runProgram(`${folder}.ts`);
      expect(stderr).toBe('');
      expect(stdout.trimEnd().split('\n')).toEqual(PROGRAMS[folder]?.prints);
      expect(code).toBe(0);
    });

    test('lists the packages of the family that it needs, and gets no others', async () => {
      const family = await readdir(join(consumer.folder, 'node_modules', '@baton'));
      const expected = tarballsOf([name, ...(PROGRAMS[folder]?.with ?? [])]);
      expect(family).toHaveLength(expected.length);
    });
  },
  TIMEOUT_MS,
);

test(
  'baton-files is a command of whoever installs the file store',
  async () => {
    const folder = join(workplace, 'storage-file');
    const command = await realpath(join(folder, 'node_modules', '.bin', 'baton-files'));
    expect(command.startsWith(join(folder, 'node_modules', '@baton', 'storage-file') + sep)).toBe(
      true,
    );
    const consumer = new Consumer(folder);
    const help = await consumer.run([command, '--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toMatch(/^Usage: baton-files /);
    const status = await consumer.run([command, 'status', 'locks', '--json']);
    expect(status).toMatchObject({ code: 0, stderr: '' });
    expect(Object.keys(JSON.parse(status.stdout))).toContain('leader');
  },
  TIMEOUT_MS,
);

test(
  'the cases run under vitest where it is installed',
  async () => {
    const folder = join(workplace, 'storage-testkit');
    const consumer = new Consumer(folder);
    // The workspace's own, so that a test need not fetch it again.
    const vitest = dirname(createRequire(import.meta.url).resolve('vitest/package.json'));
    await symlink(vitest, join(folder, 'node_modules', 'vitest'));
    expect(await consumer.compile('storage-testkit.test.ts')).toBe('');
    const { code, stdout } = await consumer.run([
      join(vitest, 'vitest.mjs'),
      'run',
      '--root',
      folder,
      '--dir',
      folder,
      'storage-testkit.test.ts',
    ]);
    expect(stripVTControlCharacters(stdout)).toMatch(/Tests\s+\d{2,} passed/);
    expect(code).toBe(0);
  },
  TIMEOUT_MS,
);
