import { access, cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test, vi } from 'vitest';

import { startApplication, type Application, type ApplicationOptions } from '../../src/index.ts';

const level = fileURLToPath(new URL('../fixtures/level', import.meta.url));
const plain = fileURLToPath(new URL('../fixtures/plain', import.meta.url));
const timeoutMs = 30_000;
let application: Application | undefined;

async function start(options: Partial<ApplicationOptions> = {}): Promise<Application> {
  application = await startApplication({ charm: level, units: 3, ...options });
  return application;
}

afterEach(async () => {
  vi.unstubAllEnvs();
  const ended = application;
  application = undefined;
  await ended?.stop();
  const left = (await ended?.processes()) ?? [];
  if (left.length > 0) throw new Error(`left behind: ${left.join(', ')}`);
});

describe.each(['3.6', '4.0'] as const)('a charm in shell on %s', (juju) => {
  test('runs as three units until it settles, and its databags are what it wrote', async () => {
    const app = await start({ juju });
    await app.settled({ timeoutMs });
    expect(app.applicationBag.get('total')).toBe('3');
    expect(app.databag('level/1').get('level')).toBe('1');
    expect(app.state('level/2').get('installed')).toBe('yes');
    expect(app.status().units.map((unit) => [unit.unit, unit.workload, unit.agent])).toEqual([
      ['level/0', 'active', 'idle'],
      ['level/1', 'active', 'idle'],
      ['level/2', 'active', 'idle'],
    ]);
    expect(app.counters.toolCalls).toBeGreaterThan(app.counters.hooks);
  });

  test('follows its configuration, one more unit and one less', async () => {
    const app = await start({ juju, units: 2 });
    await app.settled({ timeoutMs });
    app.setConfig({ level: '5' });
    const unit = app.addUnit();
    await app.settled({ timeoutMs });
    expect(app.applicationBag.get('total')).toBe('15');
    await app.removeUnit(unit);
    await app.settled({ timeoutMs });
    expect(app.status().units.length).toBe(2);
    expect(app.log.some(({ message }) => message === 'ran "remove" hook')).toBe(true);
  });
});

test('what a hook prints is in the log: output as DEBUG, errors as WARNING, with the hook’s name', async () => {
  const app = await start({ units: 1 });
  await app.settled({ timeoutMs });
  const printed = app.log.filter((entry) => entry.logger === 'unit.level/0.install');
  expect(printed.map((entry) => `${entry.level} ${entry.message}`).toSorted()).toEqual([
    'DEBUG to standard output',
    'WARNING to standard error',
  ]);
});

test('a hook has exactly the environment of Juju', async () => {
  const app = await start({ units: 1, juju: '4.0' });
  await app.settled({ timeoutMs });
  const { results } = await app.runAction('level/0', 'environment');
  const folder = app.charmFolder('level/0');
  const lines = (await readFile(join(folder, 'environment'), 'utf8')).trim().split('\n');
  // The shell itself adds PWD, and some shells OLDPWD, SHLVL and _.
  const names = lines.map((line) => line.split('=')[0] ?? '');
  const own = names.filter((name) => !['PWD', 'OLDPWD', 'SHLVL', '_'].includes(name));
  expect(own).toEqual(
    'APT_LISTCHANGES_FRONTEND CHARM_DIR CLOUD_API_VERSION DEBIAN_FRONTEND JUJU_ACTION_NAME JUJU_ACTION_TAG JUJU_ACTION_UUID JUJU_AGENT_SOCKET_ADDRESS JUJU_AGENT_SOCKET_NETWORK JUJU_API_ADDRESSES JUJU_AVAILABILITY_ZONE JUJU_CHARM_DIR JUJU_CHARM_FTP_PROXY JUJU_CHARM_HTTPS_PROXY JUJU_CHARM_HTTP_PROXY JUJU_CHARM_NO_PROXY JUJU_CHARM_TRACE_CONFIG_CA_CERT JUJU_CHARM_TRACE_CONFIG_GRPC JUJU_CHARM_TRACE_CONFIG_HTTP JUJU_CONTEXT_ID JUJU_DISPATCH_PATH JUJU_HOOK_NAME JUJU_MACHINE_ID JUJU_MODEL_NAME JUJU_MODEL_UUID JUJU_PRINCIPAL_UNIT JUJU_SPAN_ID JUJU_TRACE_FLAGS JUJU_TRACE_ID JUJU_UNIT_NAME JUJU_VERSION LANG PATH TERM'.split(
      ' ',
    ),
  );
  expect(lines).toContain('JUJU_DISPATCH_PATH=actions/environment');
  expect(lines).toContain(`CHARM_DIR=${folder}`);
  expect(results).toHaveProperty('count');
});

test('an action gets its parameters, with defaults, and gives results and a log', async () => {
  const app = await start({ units: 1 });
  const greeted = await app.runAction('level/0', 'greet', { name: 'world' });
  expect(greeted).toMatchObject({
    status: 'completed',
    results: { answer: 'hello world' },
    log: ['to world'],
  });
  const { results } = await app.runAction('level/0', 'greet');
  expect(results).toEqual({ answer: 'hello nobody' });
  await expect(app.runAction('level/0', 'dance')).rejects.toThrow('it defines environment,');
});

test('a hook that fails is retried by the clock of the application, and the unit is in error meanwhile', async () => {
  const app = await start({ units: 1, config: { 'fail-in': 'start' }, speed: 1000 });
  await app.until(() => app.status().units[0]?.agent === 'error', { timeoutMs });
  expect(app.log.some((entry) => entry.message === 'hook "start" failed: exit status 3')).toBe(
    true,
  );
  app.setConfig({ 'fail-in': '' });
  await app.settled({ timeoutMs });
  expect(app.status().units[0]).toMatchObject({ agent: 'idle', workload: 'active' });
});

test('a unit whose agent is stopped loses the leadership after its lease, and comes back', async () => {
  const app = await start({ units: 2, speed: 500 });
  await app.settled({ timeoutMs });
  const waiting = app.runAction('level/0', 'wait');
  await app.until(() => app.status().units[0]?.hook === 'wait', { timeoutMs });
  await app.stopAgent('level/0');
  expect(await app.processes('level/0')).toEqual([]);
  await app.until(() => app.leader === 'level/1', { timeoutMs });
  app.startAgent('level/0');
  await app.settled({ timeoutMs });
  expect(app.status().units.map((unit) => unit.leader)).toEqual([false, true]);
  expect(await waiting).toMatchObject({ status: 'failed', message: 'action terminated' });
});

test('whoever wants to knows of every call of a hook tool', async () => {
  const calls: string[] = [];
  const app = await start({
    units: 1,
    onCall: ({ unit, hook, tool }) => calls.push(`${unit} ${hook} ${tool}`),
  });
  await app.settled({ timeoutMs });
  expect(calls).toContain('level/0 install state-set');
  expect(calls.length).toBe(app.counters.toolCalls);
});

test('a leader can be chosen', async () => {
  const app = await start({ units: 2 });
  await app.settled({ timeoutMs });
  app.elect('level/1');
  await app.settled({ timeoutMs });
  expect(app.leader).toBe('level/1');
  expect(app.log.filter(({ message }) => message === 'ran "leader-elected" hook').length).toBe(2);
});

test('what a hook leaves running stays until its unit is removed by force', async () => {
  const app = await start({ units: 2 });
  await app.settled({ timeoutMs });
  await app.runAction('level/0', 'background');
  await app.runAction('level/1', 'background');
  await app.settled({ timeoutMs });
  expect((await app.processes()).length).toBe(2);
  await app.removeUnit('level/1', { force: true });
  expect((await app.processes('level/1')).length).toBe(0);
  await app.settled({ timeoutMs });
  expect(app.status().units.length).toBe(1);
  expect((await app.processes('level/0')).length).toBe(1);
});

test('a refresh of one unit runs upgrade-charm there, with the new charm and what the old one made', async () => {
  const app = await start({ units: 2 });
  await app.settled({ timeoutMs });
  await app.runAction('level/0', 'environment');
  await app.refresh(level, 'level/0');
  await app.settled({ timeoutMs });
  const upgraded = app.log.filter(({ message }) => message === 'ran "upgrade-charm" hook');
  expect(upgraded.map(({ unit }) => unit)).toEqual(['level/0']);
  await access(join(app.charmFolder('level/0'), 'environment'));
});

test('a charm of hooks without dispatch runs; a hook without a script is skipped', async () => {
  const app = await start({ charm: plain, units: 1 });
  await app.settled({ timeoutMs });
  expect(app.status().units[0]).toMatchObject({
    workload: 'active',
    message: 'started by a hook',
  });
  expect(app.log.map(({ message }) => message)).toContain('skipped "install" hook (missing)');
});

test('a hook that SIGTERM ends is run again', async () => {
  const app = await start({ charm: plain, units: 1, speed: 2000, updateStatusMs: 100_000 });
  const killed = (): number =>
    app.log.filter(({ message }) => message.includes('was killed before it ended')).length;
  await app.until(() => killed() > 2, { timeoutMs });
  expect(app.status().units[0]?.agent).not.toBe('error');
});

test('with the hook tools in Node a charm does the same', async () => {
  const app = await start({ units: 1, tools: 'node' });
  await app.settled({ timeoutMs });
  expect(app.applicationBag.get('total')).toBe('1');
});

test('without a PATH a charm finds the programs of the system, and its hook tools', async () => {
  vi.stubEnv('PATH', undefined);
  const app = await start({ units: 1 });
  await app.settled({ timeoutMs });
  expect(app.applicationBag.get('total')).toBe('1');
  await app.runAction('level/0', 'environment');
  const environment = await readFile(join(app.charmFolder('level/0'), 'environment'), 'utf8');
  expect(environment).toMatch(/^PATH=\/.*\/tools:\/usr\/bin:\/bin$/m);
});

test('a charm that cannot be copied any more ends what waits for its application', async () => {
  const charm = await mkdtemp(join(tmpdir(), 'juju-sim-charm-'));
  await cp(plain, charm, { recursive: true });
  const app = await start({ charm, units: 0 });
  await rm(charm, { recursive: true });
  app.addUnit();
  await expect(app.settled({ timeoutMs })).rejects.toThrow('ENOENT');
  await expect(app.until(() => true)).rejects.toThrow('ENOENT');
});

test('what waits for an application that is stopped is told', async () => {
  const app = await start({ units: 1 });
  const waiting = app.until(() => false, { what: 'it snows' });
  const told = 'The application was stopped before it snows.';
  await Promise.all([expect(waiting).rejects.toThrow(told), app.stop()]);
});

test('an application without a peer relation has no databags, and none comes by a refresh', async () => {
  const app = await start({ charm: plain, units: 1 });
  await app.settled({ timeoutMs });
  expect(app.name).toBe('plain');
  expect(app.databag('plain/0')).toEqual(new Map());
  expect(app.leaderSettings).toEqual(new Map());
  await expect(app.refresh(level)).rejects.toThrow('has the peer relation cluster, and');
  await expect(app.runAction('plain/0', 'greet')).rejects.toThrow('it defines none.');
  expect(() => app.setConfig({ level: 1 })).toThrow('has no option "level"; it has none.');
  expect(() => app.elect('plain/7')).toThrow('unit "plain/7" not found');
});

describe('what cannot be started is refused with what to do', () => {
  test.each([
    [{ charm: '/nonexistent' }, 'there is neither charmcraft.yaml nor metadata.yaml in it'],
    [{ config: { nonsense: 1 } }, 'has no option "nonsense"; it has level, fail-in'],
    [{ config: { level: 'high' } }, 'option "level" is of type int, and "high" is not'],
    [{ folder: `/tmp/${'long'.repeat(30)}` }, 'Choose a folder with a shorter path'],
  ])('%j', async (options, message) => {
    await expect(start(options)).rejects.toThrow(message);
  });
});
