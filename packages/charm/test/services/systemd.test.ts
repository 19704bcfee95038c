import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemd } from '../../src/index.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'baton-systemd-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

/** Puts a systemctl on the PATH that writes its arguments down and then runs `script`. */
async function systemctl(script: string): Promise<void> {
  const path = join(folder, 'systemctl');
  await writeFile(path, `#!/bin/sh\necho "$*" >> '${folder}/calls'\n${script}\n`);
  await chmod(path, 0o755);
  vi.stubEnv('PATH', [folder, process.env['PATH']].join(delimiter));
}

async function calls(): Promise<string[]> {
  return (await readFile(join(folder, 'calls'), 'utf8')).trimEnd().split('\n');
}

describe('systemd', () => {
  it('starts, restarts and stops a service by systemctl', async () => {
    await systemctl('exit 0');
    const services = systemd();
    await services.start('postgresql@16-main.service');
    await services.restart('postgresql');
    await services.stop('postgresql');
    expect(await calls()).toEqual([
      'start postgresql@16-main.service',
      'restart postgresql',
      'stop postgresql',
    ]);
  });

  it.each(['start', 'restart', 'stop'] as const)('says why %s failed', async (verb) => {
    await systemctl('echo "Unit web.service not found." >&2; exit 5');
    const failed = systemd()[verb]('web');
    await expect(failed).rejects.toMatchObject({
      name: 'ServiceError',
      code: 'SYSTEMCTL_FAILED',
      service: 'web',
      retryable: true,
    });
    await expect(failed).rejects.toThrow(
      `systemctl ${verb} web failed with exit code 5: Unit web.service not found.`,
    );
  });

  it('says so when systemctl failed and said nothing', async () => {
    await systemctl('exit 1');
    await expect(systemd().start('web')).rejects.toThrow('exit code 1: it said nothing');
  });

  it.each([
    ['active', 0, true],
    ['reloading', 0, true],
    ['activating', 3, true],
    ['deactivating', 3, true],
    ['inactive', 3, false],
    ['failed', 3, false],
    ['inactive', 4, false],
    ['unknown', 3, false],
  ])('takes a service that is %s (exit code %d) for running: %s', async (state, code, runs) => {
    await systemctl(`echo ${state}; exit ${code}`);
    expect(await systemd().isRunning('web')).toBe(runs);
    expect(await calls()).toEqual(['is-active web']);
  });

  it('does not take a service for stopped when systemd cannot be asked', async () => {
    await systemctl('echo "System has not been booted with systemd" >&2; exit 1');
    await expect(systemd().isRunning('web')).rejects.toThrow('not been booted with systemd');
    await systemctl('echo confused');
    await expect(systemd().isRunning('web')).rejects.toThrow('exit code 0: confused');
  });

  it('says so when systemctl is ended from outside', async () => {
    await systemctl('kill -9 $$');
    await expect(systemd().start('web')).rejects.toMatchObject({
      code: 'SYSTEMCTL_FAILED',
      message: expect.stringContaining('was ended before it was done'),
    });
  });

  it('says so when there is no systemctl, or none that may be run', async () => {
    vi.stubEnv('PATH', folder);
    const missing = { code: 'SYSTEMCTL_MISSING', service: 'web', retryable: false };
    await expect(systemd().start('web')).rejects.toMatchObject(missing);
    await writeFile(join(folder, 'systemctl'), '#!/bin/sh\n');
    await chmod(join(folder, 'systemctl'), 0o644);
    await expect(systemd().isRunning('web')).rejects.toMatchObject(missing);
  });

  it.each(['*', '--now', 'a b', ''])('refuses %j, which is no unit', async (name) => {
    vi.stubEnv('PATH', folder);
    await expect(systemd().stop(name)).rejects.toMatchObject({ code: 'INVALID_SERVICE' });
  });
});
