import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { startApplication, type Application } from '../../src/index.ts';

const SOURCE = fileURLToPath(new URL('../fixtures/socket-charm.ts', import.meta.url));
const ENDS = [
  'returns',
  'exits',
  'exits-in-a-call',
  'throws',
  'is-killed',
  'leaves-a-process',
] as const;
const METADATA = `
name: web
peers: { peers: { interface: web-peers } }
config: { options: { level: { type: int, default: 1 } } }
actions: { ${ENDS.map((name) => `${name}: {}`).join(', ')} }
`;
const timeoutMs = 30_000;

let folder: string;
let application: Application | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'juju-sim-socket-'));
});
afterEach(async () => {
  await application?.stop();
  application = undefined;
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Starts the charm as an application whose hooks call their tools in this way. */
async function start(way: string, juju: '3.6' | '4.0', units = 2): Promise<Application> {
  const charm = await mkdtemp(join(folder, 'charm-'));
  await build({
    entryPoints: [SOURCE],
    outfile: join(charm, 'charm.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@baton/source'],
    logLevel: 'silent',
  });
  await writeFile(join(charm, 'charmcraft.yaml'), METADATA);
  const dispatch = `#!/bin/sh\nexport BATON_HOOK_TOOLS=${way}\nexec "${process.execPath}" charm.mjs\n`;
  await writeFile(join(charm, 'dispatch'), dispatch);
  await chmod(join(charm, 'dispatch'), 0o755);
  application = await startApplication({ charm, units, juju });
  await application.settled({ timeoutMs });
  return application;
}

/** What a charm has made of its application. */
function made(app: Application): unknown {
  return {
    leaderSettings: app.leaderSettings,
    applicationBag: app.applicationBag,
    units: app.status().units.map(({ unit, workload, message, agent }) => ({
      unit,
      workload,
      message,
      agent,
      bag: app.databag(unit),
      state: app.state(unit),
    })),
  };
}

describe.each(['3.6', '4.0'] as const)('a charm on %s', { timeout: 2 * timeoutMs }, (juju) => {
  test('makes the same of its application on the socket and by processes', async () => {
    const results: unknown[] = [];
    for (const way of ['spawn', 'socket', '']) {
      const app = await start(way, juju);
      app.setConfig({ level: 5 });
      await app.settled({ timeoutMs });
      expect(app.applicationBag.get('seen')).toBe('web/0 sees web/1, at 5.');
      results.push(made(app));
      expect(app.log.filter(({ message }) => message.includes('run as processes'))).toEqual([]);
      await app.stop();
    }
    const [spawned, ...others] = results;
    for (const other of others) expect(other).toEqual(spawned);
  });
});

test.each(ENDS)(
  'leaves no connection open when its process %s',
  { timeout: timeoutMs },
  async (action) => {
    const app = await start('socket', '3.6', 1);
    // The action is over when the agent has closed its socket, which waits for every connection.
    const { status, results } = await app.runAction('web/0', action);
    const failing: readonly string[] = ['throws', 'is-killed'];
    expect(status).toBe(failing.includes(action) ? 'failed' : 'completed');
    const left = action === 'leaves-a-process' ? [Number(results['pid'])] : [];
    expect(await app.processes('web/0')).toEqual(left);
    app.setConfig({ level: 2 });
    await app.settled({ timeoutMs });
    expect(app.databag('web/0').get('level')).toBe('2');
  },
);
