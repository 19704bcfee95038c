import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startApplication, type Application, type LogEntry } from '@baton/juju-sim';
import { BUNDLED } from '../bundled.ts';

const SOURCE = fileURLToPath(new URL('../fixtures/juju-charm.ts', import.meta.url));
const TIMEOUT_MS = 60_000;
const METADATA = `
name: web
peers: { peers: { interface: web-peers } }
config: { options: { broken: { type: boolean, default: false }, note: { type: string } } }
actions: { greet: {}, refuse: {} }
`;

let charm: string;
let application: Application | undefined;

beforeAll(async () => {
  charm = await mkdtemp(join(tmpdir(), 'charm-on-juju-'));
  await build({
    ...BUNDLED,
    entryPoints: [SOURCE],
    outfile: join(charm, 'charm.mjs'),
    format: 'esm',
  });
  await writeFile(join(charm, 'charmcraft.yaml'), METADATA);
  const dispatch = join(charm, 'dispatch');
  await writeFile(dispatch, `#!/bin/sh\nexec "${process.execPath}" charm.mjs\n`);
  await chmod(dispatch, 0o755);
});
afterEach(async () => {
  await application?.stop();
  application = undefined;
});
afterAll(async () => {
  await rm(charm, { recursive: true, force: true });
});

async function start(units: number, juju: '3.6' | '4.0' = '3.6'): Promise<Application> {
  application = await startApplication({ charm, units, juju });
  await application.settled({ timeoutMs: TIMEOUT_MS });
  return application;
}

/** What the charm of a unit logged by `juju-log`, the lines of one hook in order. */
function logged({ log }: Application, unit: string): readonly LogEntry[] {
  return log.filter((entry) => entry.unit === unit && entry.logger.endsWith('.juju-log'));
}

describe('a charm on Juju', { timeout: TIMEOUT_MS }, () => {
  it.each(['3.6', '4.0'] as const)(
    'tells its peers, knows them, and opens its ports once it does (%s)',
    async (juju) => {
      const app = await start(2, juju);
      for (const unit of ['web/0', 'web/1']) {
        const peer = unit === 'web/0' ? 'web/1' : 'web/0';
        expect(app.databag(unit).get('address')).toBe(`of ${unit}`);
        expect(logged(app, unit).at(-1)).toMatchObject({
          level: 'INFO',
          message: expect.stringMatching(new RegExp(`knows ${peer}=of ${peer}$`)),
        });
        const { ports } = app.model.controller.unit(unit);
        expect([...ports].toSorted()).toEqual(['80/tcp', '8000-8010/udp']);
      }
    },
  );

  it('opens nothing while the data is missing, and logs what it has to say in order', async () => {
    const app = await start(1);
    expect([...app.model.controller.unit('web/0').ports]).toEqual([]);
    const lines = logged(app, 'web/0');
    expect(lines.slice(0, 2)).toMatchObject([
      { level: 'DEBUG', message: 'first' },
      { level: 'ERROR', message: 'second' },
    ]);
    expect(lines[2]?.message).toMatch(/^x+ … \(\d+ bytes cut\)$/);
    expect(lines).toHaveLength(3);
  });

  it('asks nothing twice, and sets nothing that is so already', async () => {
    const app = await start(2);
    const before = app.counters;
    app.setConfig({ note: 'something else' });
    await app.settled({ timeoutMs: TIMEOUT_MS });
    // Had a unit published anything, its peer would have run a hook too.
    expect(app.counters.hooks - before.hooks).toBe(2);
    // The charm's own config-get; relation-ids, -list and -get; juju-log; opened-ports; and the own bag.
    expect(app.counters.toolCalls - before.toolCalls).toBe(2 * (1 + 3 + 1 + 1 + 1));
  });

  it('loses no line of a hook that throws', async () => {
    const app = await start(1);
    app.setConfig({ broken: true });
    await app.until(() => app.status().units[0]?.agent === 'error', { timeoutMs: TIMEOUT_MS });
    const lines = logged(app, 'web/0').map(({ message }) => message);
    expect(lines.slice(-3)).toEqual(['fails in 3', 'fails in 2', 'fails in 1']);
    const stderr = app.log.map(({ message }) => message).join('\n');
    expect(stderr).toContain('the configuration is wrong');
  });

  it('runs functions as actions, and an action that throws fails and nothing else', async () => {
    const app = await start(1);
    const greet = await app.runAction('web/0', 'greet');
    expect(greet).toMatchObject({ status: 'completed', results: { said: 'action greet' } });
    const refuse = await app.runAction('web/0', 'refuse');
    expect(refuse).toMatchObject({ status: 'failed' });
    expect(logged(app, 'web/0').slice(-2)).toMatchObject([
      { message: 'greeted' },
      { message: 'refused' },
    ]);
    expect(app.status().units[0]?.agent).toBe('idle');
  });
});
