import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { EMPTY_REQUEST_SHEET, parseLockName, parseTicket } from '@baton/coordinator';
import { JujuLockStore } from '@baton/storage-juju';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';

import { closeAgentEnds, WAYS } from './agent-end.ts';
import { Simulation } from './simulation.ts';

afterEach(closeAgentEnds);

async function newFolder(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-charm-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

describe.each(WAYS)('with tools called by %s', (way) => {
  /** The arguments of `relation-ids` in a charm with these files. */
  async function relationAsked(
    files: Readonly<Record<string, string>>,
    relation?: string,
  ): Promise<string | undefined> {
    const simulation = new Simulation('4.0', { way, charmFolder: await newFolder(files) });
    simulation.addUnits(1);
    const { transport, context, calls } = simulation.begin('db/0');
    const options = relation === undefined ? {} : { relation };
    const session = await new JujuLockStore({ ...options, transport, context }).begin();
    await session.peers.joined();
    await session.end('failure');
    return calls[0]?.args.at(-1);
  }

  describe('the peer relation', () => {
    test.each([
      [
        'metadata.yaml',
        { 'metadata.yaml': 'name: db\npeers:\n  zeta: {}\n  alpha: {interface: x}\n' },
      ],
      ['charmcraft.yaml', { 'charmcraft.yaml': 'name: db\npeers: {zeta: {}, alpha: {}}\n' }],
      [
        'charmcraft.yaml, where metadata.yaml has none',
        { 'metadata.yaml': 'name: db\n', 'charmcraft.yaml': 'peers: {alpha: {}}\n' },
      ],
    ])('is the first by name of those in %s', async (_where, files) => {
      expect(await relationAsked(files)).toBe('alpha');
    });

    test('is the one of the option, and then no file is read', async () => {
      expect(await relationAsked({ 'metadata.yaml': 'no: [yaml' }, 'cluster')).toBe('cluster');
    });

    test.each([
      [
        'has none',
        { 'metadata.yaml': 'name: db\n' },
        /has no peer relation.*add a relation under/s,
      ],
      ['has no files', {}, /has no peer relation/],
      ['lists them', { 'metadata.yaml': 'peers: [alpha]\n' }, /has no peer relation/],
      [
        'has files that are no YAML',
        { 'metadata.yaml': 'peers: [' },
        /cannot be read from .*mend/s,
      ],
    ])('is refused where the charm %s', async (_what, files, message) => {
      await expect(relationAsked(files)).rejects.toMatchObject({
        code: 'UNSUPPORTED',
        message: expect.stringMatching(message),
      });
    });
  });

  test('a file of the charm that cannot be read is named', async () => {
    const charmFolder = await newFolder();
    await mkdir(join(charmFolder, 'metadata.yaml'));
    const simulation = new Simulation('4.0', { way, charmFolder });
    simulation.addUnits(1);
    const { transport, context } = simulation.begin('db/0');
    await expect(new JujuLockStore({ transport, context }).begin()).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      path: join(charmFolder, 'metadata.yaml'),
      message: expect.stringContaining('EISDIR'),
    });
  });

  test('where Juju does not say where the charm is, its peer relation has to be named', async () => {
    const simulation = new Simulation('4.0', { way, charmFolder: '' });
    simulation.addUnits(1);
    const { transport, context } = simulation.begin('db/0');
    await expect(new JujuLockStore({ transport, context }).begin()).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      message: expect.stringContaining("name it by the store's option `relation`"),
    });
    const named = await new JujuLockStore({ relation: 'cluster', transport, context }).begin();
    expect(await named.peers.joined()).toBe(true);
    await named.end('failure');
  });

  describe('the stash', () => {
    const restart = parseLockName('restart');
    const sheet = {
      ...EMPTY_REQUEST_SHEET,
      lastTicket: 7,
      requests: new Map([[restart, parseTicket(7)]]),
    };
    const NO_TOOL = 'sh: state-get: not found\n';

    test('is in a file of the charm where Juju keeps no state, and is taken away again', async () => {
      const charmFolder = await newFolder();
      const simulation = new Simulation('3.6', { way, charmFolder });
      const unit = simulation.addUnit();
      for (const tool of ['state-get', 'state-set', 'state-delete']) {
        simulation.missing.add(tool);
      }
      const store = simulation.store(unit);
      const writing = await store.begin();
      expect(await writing.local.read()).toBeUndefined();
      await writing.local.write(sheet);
      await writing.end('success');
      const [name = '', ...others] = await readdir(charmFolder);
      expect(others).toEqual([]);
      expect(await readFile(join(charmFolder, name), 'utf8')).toMatch(/^[\w-]+$/);

      const reading = await store.begin();
      expect(await reading.local.read()).toEqual(sheet);
      await reading.local.write(undefined);
      await reading.end('success');
      expect(await readdir(charmFolder)).toEqual([]);
    });

    test('in a file that cannot be written is UNAVAILABLE, and the hook fails', async () => {
      const charmFolder = await newFolder();
      const simulation = new Simulation('3.6', { way, charmFolder: join(charmFolder, 'gone') });
      const unit = simulation.addUnit();
      for (const tool of ['state-get', 'state-set']) simulation.missing.add(tool);
      const session = await simulation.store(unit).begin();
      await session.local.write(sheet);
      await expect(session.end('success')).rejects.toMatchObject({
        code: 'UNAVAILABLE',
        message: expect.stringContaining('ENOENT'),
      });
    });

    test('in a file that cannot be read is UNAVAILABLE, and not taken for none', async () => {
      const charmFolder = await newFolder();
      await mkdir(join(charmFolder, '.baton-stash'));
      const simulation = new Simulation('3.6', { way, charmFolder });
      const unit = simulation.addUnit();
      simulation.missing.add('state-get');
      const session = await simulation.store(unit).begin();
      await expect(session.local.read()).rejects.toMatchObject({
        code: 'UNAVAILABLE',
        path: join(charmFolder, '.baton-stash'),
        message: expect.stringContaining('EISDIR'),
      });
      await session.end('failure');
    });

    test('that Juju would refuse for its size is refused when it is written, and the hook goes on', async () => {
      const simulation = new Simulation('3.6', { way, charmFolder: await newFolder() });
      const unit = simulation.addUnit();
      const session = await simulation.store(unit).begin();
      const locks = Array.from({ length: 2_000 }, (_, index) =>
        parseLockName(`lock-${index}-${'x'.repeat(30)}`),
      );
      const requests = new Map(locks.map((lock) => [lock, parseTicket(7)]));
      await session.local.write(sheet);
      await expect(session.local.write({ ...sheet, requests })).rejects.toMatchObject({
        code: 'UNSUPPORTED',
        message: expect.stringMatching(/Juju keeps 65536; ask for fewer locks/),
      });
      await session.end('success');
      expect(simulation.model.controller.unit(unit).state.size).toBe(0);
    });

    test('fails where asking Juju for its state fails, instead of taking another place', async () => {
      const charmFolder = await newFolder();
      const simulation = new Simulation('3.6', { way, charmFolder });
      const unit = simulation.addUnit();
      simulation.failing.set('state-get', NO_TOOL);
      const session = await simulation.store(unit).begin();
      await expect(session.local.read()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      await session.end('failure');
    });
  });
});
