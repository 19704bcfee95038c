import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { isAlive } from '../src/process-identity.ts';
import type { Report } from '../src/report.ts';
import { DemoRun } from './help/demo-run.ts';
import { elementsOf } from './help/well-formed.ts';

/** Generous, for a busy machine. */
const RUN_MS = 120_000;

let current: DemoRun | undefined;

afterEach(async () => {
  await current?.clear();
  current = undefined;
});

function start(...args: string[]): DemoRun {
  current = new DemoRun(...args);
  return current;
}

async function play(...args: string[]): Promise<Report> {
  const run = start('--json', ...args);
  const exitCode = await run.ended();
  expect({ exitCode, stderr: run.stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(run.runFolders()).toEqual([]);
  return JSON.parse(run.stdout);
}

/** Starts a run and waits until a server is down. */
async function startAndReachTheMiddle(...args: string[]): Promise<DemoRun> {
  const run = start('--units', '2', ...args);
  await vi.waitFor(() => expect(run.stdout).toContain('takes its server down'), {
    timeout: RUN_MS,
  });
  return run;
}

describe('a roll', { timeout: RUN_MS }, () => {
  it('of three units on files restarts each, one at a time, and draws it', async () => {
    const report = await play('--units', '3');
    expect(report).toMatchObject({
      ok: true,
      problems: [],
      units: 3,
      restarted: 3,
      repeated: {},
      mostDown: 1,
      allowedDown: 1,
      requests: { failed: 0 },
    });
    expect(report.order.toSorted()).toEqual(['web/0', 'web/1', 'web/2']);
    expect(report.requests.answered).toBeGreaterThan(50);
    const svg = readFileSync(report.timeline, 'utf8');
    expect(elementsOf(svg)[0]).toBe('svg');
    expect(svg).toContain('web/2');
  });

  it('of three units in memory does the same', async () => {
    const report = await play('--units', '3', '--store', 'memory');
    expect(report).toMatchObject({ ok: true, restarted: 3, mostDown: 1, requests: { failed: 0 } });
  });

  it.each(['3.6', '4.0'])('of two units of a charm on Juju %s does the same', async (juju) => {
    const report = await play('--units', '2', '--store', 'juju', '--juju', juju);
    expect(report).toMatchObject({
      ok: true,
      store: 'juju',
      juju,
      restarted: 2,
      mostDown: 1,
      requests: { failed: 0 },
    });
    expect(report.order.toSorted()).toEqual(['baton-demo/0', 'baton-demo/1']);
  });

  it('with limit=2 restarts two at a time and no more', async () => {
    const report = await play('--units', '3', '--policy', 'limit=2');
    expect(report).toMatchObject({ ok: true, restarted: 3, mostDown: 2, requests: { failed: 0 } });
  });

  it.each(['holder', 'leader'] as const)('goes on when the %s is killed', async (role) => {
    const report = await play('--units', '2', '--kill', role);
    expect(report).toMatchObject({
      ok: true,
      killed: { role },
      restarted: 2,
      mostDown: 1,
      requests: { failed: 0 },
    });
  });

  it('goes on when the agent of the holder is killed on Juju', async () => {
    const report = await play('--units', '2', '--store', 'juju', '--kill', 'holder');
    expect(report).toMatchObject({
      ok: true,
      killed: { role: 'holder' },
      restarted: 2,
      mostDown: 1,
      requests: { failed: 0 },
    });
  });
});

describe('the end of the demo', { timeout: RUN_MS }, () => {
  it('by Ctrl-C leaves no process and no folder behind', async () => {
    const run = await startAndReachTheMiddle();
    const before = run.recorded();
    expect(before).toHaveLength(4);
    run.process.kill('SIGINT');
    run.process.kill('SIGINT');
    expect(await run.ended()).toBe(130);
    expect(before.filter(isAlive)).toEqual([]);
    expect(run.runFolders()).toEqual([]);
    expect(run.stderr).toBe('demo: stopped by SIGINT; no process is left behind\n');
  });

  it('by Ctrl-C leaves nothing behind of a charm on Juju', async () => {
    const run = await startAndReachTheMiddle('--store', 'juju');
    const before = run.recorded();
    expect(before).toHaveLength(2);
    run.process.kill('SIGINT');
    expect(await run.ended()).toBe(130);
    expect(before.filter(isAlive)).toEqual([]);
    expect(run.runFolders()).toEqual([]);
  });

  it.each([['file'], ['juju']])(
    'by kill -9 ends the servers and the agents too (%s)',
    async (store) => {
      const run = await startAndReachTheMiddle('--store', store);
      run.process.kill('SIGKILL');
      await run.ended();
      await vi.waitFor(() => expect(run.recorded().filter(isAlive)).toEqual([]), {
        timeout: 5_000,
      });
    },
  );
});

describe('the command line', { timeout: RUN_MS }, () => {
  it('answers wrong arguments with exit code 2 and one line', async () => {
    const run = start('--units', 'many');
    expect(await run.ended()).toBe(2);
    expect(run.stdout).toBe('');
    expect(run.stderr).toMatch(/^demo: .*--units.*\n$/);
  });

  it('prints its help and succeeds', async () => {
    const run = start('--help');
    expect(await run.ended()).toBe(0);
    expect(run.stdout).toContain('--policy');
  });
});
