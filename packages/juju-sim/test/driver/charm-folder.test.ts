import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { readCharm, type CharmFolder } from '../../src/driver/charm-folder.ts';
import { parseConfig } from '../../src/driver/parse-config.ts';
import { SimError } from '../../src/driver/sim-error.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'charm-folder-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** Reads a charm of these files, by their paths, and of a `dispatch`. */
async function charmOf(files: Readonly<Record<string, string>>): Promise<CharmFolder> {
  for (const [path, text] of Object.entries({ dispatch: '#!/bin/sh\n', ...files })) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  await chmod(join(folder, 'dispatch'), 0o755);
  return readCharm(folder);
}

/** A charm with an option of each type. */
function charmWithOptions(): Promise<CharmFolder> {
  return charmOf({
    'metadata.yaml': 'name: web\n',
    'config.yaml': `
options: { on: { type: boolean }, level: { type: int }, share: { type: float }, title: { type: string } }
`,
  });
}

describe('a charm is read', () => {
  test('from charmcraft.yaml alone', async () => {
    const charm = await charmOf({
      'charmcraft.yaml': `
name: web
peers: { cluster: { interface: web } }
requires: { database: { interface: sql } }
provides: { site: { interface: http } }
config:
  options:
    level: { type: int, default: 3 }
    title: { type: string, default: null }
    key: { type: secret }
    other: { default: x }
actions:
  greet: { params: { name: { type: string, default: you }, loud: { type: boolean } } }
  rest:
  odd: { params: 5 }
`,
    });
    expect(charm).toEqual({
      folder,
      name: 'web',
      peerEndpoint: 'cluster',
      endpoints: ['database', 'site'],
      optionTypes: new Map([
        ['level', 'int'],
        ['title', 'string'],
        ['key', 'secret'],
        ['other', 'string'],
      ]),
      config: new Map<string, unknown>([
        ['level', 3],
        ['other', 'x'],
      ]),
      actions: new Map([
        ['greet', { name: 'you' }],
        ['rest', {}],
        ['odd', {}],
      ]),
    });
  });

  test('from metadata.yaml, config.yaml and actions.yaml', async () => {
    const charm = await charmOf({
      'charmcraft.yaml': '# only how it is built\n',
      'metadata.yaml': 'name: web\n',
      'config.yaml': 'options: { on: { type: boolean, default: false } }\n',
      'actions.yaml': 'greet: {}\n',
    });
    expect(charm).toMatchObject({ name: 'web', peerEndpoint: undefined, endpoints: [] });
    expect(charm.config.get('on')).toBe(false);
    expect([...charm.actions.keys()]).toEqual(['greet']);
  });

  test('and may have hooks instead of a dispatch', async () => {
    await mkdir(join(folder, 'hooks'));
    await writeFile(join(folder, 'metadata.yaml'), 'name: web\n');
    expect((await readCharm(folder)).name).toBe('web');
  });
});

describe('a charm that cannot be run is refused with what to do', () => {
  test.each([
    ['no name', { 'metadata.yaml': 'summary: it\n' }, /metadata in .* is wrong: .*name/s],
    [
      'two peer relations',
      { 'metadata.yaml': 'name: web\npeers: { a: { interface: x }, b: { interface: y } }\n' },
      /has 2 peer relations \(a, b\); .* Take the others out of its metadata\./,
    ],
    ['no YAML', { 'metadata.yaml': 'name: [' }, /metadata\.yaml cannot be read: /],
    ['a list as metadata', { 'metadata.yaml': '- name' }, /metadata\.yaml cannot be read: /],
    [
      'an option that is none',
      { 'metadata.yaml': 'name: web\n', 'config.yaml': 'options: { level: 5 }\n' },
      /options of the charm in .* are wrong: .*level/s,
    ],
    [
      'options that are a list',
      { 'metadata.yaml': 'name: web\n', 'config.yaml': 'options: [level]\n' },
      /options of the charm in .* are wrong: /,
    ],
  ])('%s', async (_, files, message) => {
    const reading = charmOf(files);
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toBeInstanceOf(SimError);
  });

  test('nothing to run', async () => {
    await writeFile(join(folder, 'metadata.yaml'), 'name: web\n');
    await expect(readCharm(folder)).rejects.toThrow(
      'has neither an executable dispatch nor a folder hooks',
    );
  });

  test('a path through a file', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(readCharm(join(folder, 'file'))).rejects.toThrow('file is no charm: ');
  });
});

describe('a value of an option', () => {
  test.each([
    ['on', 'True', true],
    ['on', 'false', false],
    ['on', true, true],
    ['level', ' 5', 5],
    ['level', '-1', -1],
    ['share', '0.5', 0.5],
    ['share', '1e3', 1_000],
    ['title', '5', '5'],
    ['title', '', ''],
  ])('%s=%j is %j', async (key, given, value) => {
    const parsed = parseConfig(await charmWithOptions(), { [key]: given });
    expect(parsed).toEqual(new Map([[key, value]]));
  });

  test.each([
    ['on', 'yes', 'option "on" is of type boolean, and "yes" is not.'],
    ['level', '1.5', 'option "level" is of type int, and "1.5" is not.'],
    ['level', ' ', 'option "level" is of type int, and " " is not.'],
    ['share', 'Infinity', 'option "share" is of type float, and "Infinity" is not.'],
    ['size', '5', 'the charm web has no option "size"; it has on, level, share, title.'],
  ])('%s=%s is refused', async (key, given, message) => {
    const charm = await charmWithOptions();
    expect(() => parseConfig(charm, { [key]: given })).toThrow(new SimError(message));
  });

  test('of a charm without options is refused', async () => {
    const charm = await charmOf({ 'metadata.yaml': 'name: web\n' });
    expect(() => parseConfig(charm, { level: '5' })).toThrow('no option "level"; it has none.');
  });
});
