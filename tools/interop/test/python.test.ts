import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { findPython } from '../python.ts';

describe('on a machine that lacks something, it is said what', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'interop-'));
    vi.stubEnv('PATH', folder);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });

  async function putPython(...lines: readonly string[]): Promise<void> {
    const path = join(folder, 'python3');
    await writeFile(path, ['#!/bin/sh', ...lines, ''].join('\n'));
    await chmod(path, 0o755);
  }

  test('no Python', async () => {
    expect(await findPython()).toEqual({ ready: false, why: 'there is no python3 on the PATH' });
  });

  test('a Python that is too old', async () => {
    await putPython('echo 3 9');
    expect(await findPython()).toEqual({
      ready: false,
      why: 'python3 is 3.9, and 3.10 is needed',
    });
  });

  test('a Python without venv', async () => {
    await putPython('case $2 in venv) echo No module named venv >&2; exit 1;; *) echo 3 99;; esac');
    const found = await findPython();
    expect(found).toMatchObject({ ready: false });
    expect(JSON.stringify(found)).toMatch(/python3 -m venv .* failed: No module named venv/);
  });
});
