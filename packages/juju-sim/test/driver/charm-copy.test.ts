import { mkdir, mkdtemp, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { CharmCopy } from '../../src/driver/charm-copy.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'charm-copy-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe('a copy of a charm', () => {
  test('has links to files and to folders as links', async () => {
    const charm = join(folder, 'charm');
    await mkdir(join(charm, 'venv/lib'), { recursive: true });
    await writeFile(join(charm, 'venv/lib/module.py'), 'x = 1');
    await symlink('lib', join(charm, 'venv/lib64'));
    await symlink('venv/lib/module.py', join(charm, 'main.py'));
    const copy = new CharmCopy(join(folder, 'unit'));
    await copy.deploy(charm);
    expect(await readlink(join(copy.folder, 'venv/lib64'))).toBe('lib');
    expect(await readlink(join(copy.folder, 'main.py'))).toBe('venv/lib/module.py');
    expect(await readFile(join(copy.folder, 'venv/lib64/module.py'), 'utf8')).toBe('x = 1');
  });
});
