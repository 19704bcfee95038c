import { execFile } from 'node:child_process';
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { startApplication, type Application } from '@baton/juju-sim';
import { unzipSync } from 'fflate';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { archive } from '../src/pack/archive.ts';
import { packCharm } from '../src/pack/pack-charm.ts';
import { isAlive } from '../src/process-identity.ts';
import { stateFolder } from '../src/unit-folder.ts';
import { readServerRecord } from '../src/workload/managed-server.ts';

const TIMEOUT_MS = 60_000;
const run = promisify(execFile);

let folder: string;
let charm: string;
let application: Application | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'demo-charm-'));
  charm = join(folder, 'charm');
  await packCharm({ folder: charm });
});
afterEach(async () => {
  await application?.stop();
  application = undefined;
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('the packed charm', () => {
  it('is the same in the archive, and can be run from there', async () => {
    const path = join(folder, 'demo.charm');
    await archive(charm, path);
    const packed = await readFile(path);
    const files = unzipSync(packed);
    expect(Object.keys(files)).toEqual([
      'actions.yaml',
      'charm.cjs',
      'config.yaml',
      'dispatch',
      'manifest.yaml',
      'metadata.yaml',
      'program.cjs',
      'server.mjs',
    ]);
    expect(files['charm.cjs']).toEqual(new Uint8Array(await readFile(join(charm, 'charm.cjs'))));
    // The mode of a file is 8 bytes before its name in the directory at the archive's end.
    const mode = packed.readUInt32LE(packed.lastIndexOf('dispatch') - 8) >>> 16;
    expect(mode & 0o777).toBe(0o755);
  });

  it('replaces one packed earlier, and nothing else', async () => {
    const other = join(folder, 'other');
    await mkdir(other);
    await packCharm({ folder: other });
    await writeFile(join(other, 'left-over'), '');
    await packCharm({ folder: other });
    await expect(stat(join(other, 'left-over'))).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(packCharm({ folder })).rejects.toThrow('would be lost');
    expect((await stat(join(charm, 'charm.cjs'))).isFile()).toBe(true);
  });
});

/** A Node that says which one it is, and whether it is new enough. */
async function fakeNode(path: string, name: string, isNew: boolean): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true });
  const script = `#!/bin/sh\n[ "$1" = -e ] && exit ${isNew ? 0 : 1}\necho "${name} $1"\n`;
  await writeFile(path, script);
  await chmod(path, 0o755);
}

describe('dispatch', () => {
  let here: string;
  let bin: string;

  beforeAll(async () => {
    here = await mkdtemp(join(folder, 'dispatch-'));
    bin = join(here, 'bin');
    await mkdir(bin);
    for (const tool of ['cat', 'dirname', 'sh']) {
      const { stdout } = await run('/bin/sh', ['-c', `command -v ${tool}`]);
      await symlink(stdout.trim(), join(bin, tool));
    }
    // A machine with the snap must not find that one.
    const script = await readFile(join(charm, 'dispatch'), 'utf8');
    await copyFile(join(charm, 'dispatch'), join(here, 'dispatch'));
    await writeFile(join(here, 'dispatch'), script.replaceAll('/snap/bin', join(here, 'snap')));
  });

  function dispatch(): Promise<{ readonly stdout: string }> {
    const env = { PATH: bin, JUJU_UNIT_NAME: 'web/0' };
    return run(join(here, 'dispatch'), [], { env });
  }

  it('says what to do where there is no Node that is new enough', async () => {
    await fakeNode(join(bin, 'node'), 'old', false);
    const stderr = 'juju exec --unit web/0 -- snap install node';
    await expect(dispatch()).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining(stderr),
    });
  });

  it('takes the one it finds from then on, and asks no more', async () => {
    await fakeNode(join(here, 'snap/node'), 'snap', true);
    expect((await dispatch()).stdout).toBe(`snap ${join(here, 'charm.cjs')}\n`);
    await fakeNode(join(bin, 'node'), 'new', true);
    expect((await dispatch()).stdout).toMatch(/^snap /);
    await rm(join(here, 'snap/node'));
    expect((await dispatch()).stdout).toMatch(/^new /);
  });

  it('prefers the one that the charm brings along', async () => {
    await rm(join(here, '.node'));
    await fakeNode(join(here, 'node/bin/node'), 'own', true);
    expect((await dispatch()).stdout).toMatch(/^own /);
  });
});

describe('the charm on Juju', { timeout: TIMEOUT_MS }, () => {
  it.each(['3.6', '4.0'] as const)(
    'restarts in turn, says why it waits, and takes its server along when it goes (%s)',
    async (juju) => {
      const app = await startApplication({
        charm,
        juju,
        units: 3,
        config: { guardian: process.pid },
      });
      application = app;
      await app.settled({ timeoutMs: TIMEOUT_MS });
      const messages = new Set<string>();
      app.setConfig({ version: 2 });
      await app.until(
        () => {
          for (const { workload, message } of app.status().units) {
            if (workload === 'waiting') messages.add(message);
          }
          return [...messages].some((message) => message.includes('held by'));
        },
        { timeoutMs: TIMEOUT_MS },
      );
      for (const message of messages) {
        expect(message).toMatch(
          /^waiting for the lock restart(: (next|\d before it)?(, )?(held by baton-demo\/\d)?)?$/,
        );
      }
      const { leader = '' } = app;
      const action = await app.runAction(leader, 'show-locks');
      expect(action.status).toBe('completed');
      expect(action.results['text']).toContain('lock "restart"');
      expect(JSON.parse(String(action.results['json']))).toMatchObject([
        { lock: 'restart', complete: true, own: { unit: leader } },
      ]);

      await app.settled({ timeoutMs: TIMEOUT_MS });
      for (const { unit, workload, message } of app.status().units) {
        expect({ workload, message }).toEqual({ workload: 'active', message: '' });
        expect(readServerRecord(stateFolder(app.charmFolder(unit)))?.version).toBe(2);
      }

      const server = readServerRecord(stateFolder(app.charmFolder('baton-demo/2')))?.process;
      expect(server !== undefined && isAlive(server)).toBe(true);
      await app.removeUnit('baton-demo/2');
      await app.settled({ timeoutMs: TIMEOUT_MS });
      expect(server !== undefined && isAlive(server)).toBe(false);
    },
  );

  it('says which option is wrong, and goes on when it is set right', async () => {
    const app = await startApplication({ charm, config: { version: 0, guardian: process.pid } });
    application = app;
    await app.until(() => app.status().units[0]?.agent === 'error', { timeoutMs: TIMEOUT_MS });
    const said = app.log.map(({ message }) => message).join('\n');
    expect(said).toContain('the option version is 0');
    app.setConfig({ version: 1 });
    app.resolve('baton-demo/0');
    await app.settled({ timeoutMs: TIMEOUT_MS });
    expect(app.status().units[0]).toMatchObject({ agent: 'idle', workload: 'active' });
  });
});
