import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { parseLockName, parseUnitName } from '@baton/coordinator';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

import { inspectDirectory } from '../src/index.ts';
import { isTemporaryName } from '../src/document-names.ts';
import { atEnd, granting, hook, namesIn, newDirectory, newStore } from './places.ts';
import { bundle } from './processes/bundle.ts';
import { WorkerProcess } from './processes/worker-process.ts';

let programs: string;
let workerProgram: string;
let command: string;
beforeAll(async () => {
  programs = await mkdtemp(join(tmpdir(), 'baton-programs-'));
  const bundleOf = (path: string): Promise<string> =>
    bundle(fileURLToPath(new URL(path, import.meta.url)), programs);
  workerProgram = await bundleOf('processes/worker.ts');
  command = await bundleOf('../src/cli/main.ts');
});
afterAll(() => rm(programs, { recursive: true, force: true }));

/** Processes are started and killed, on a machine that may be busy. */
const PROCESSES_MS = 60_000;

test(
  'a process killed in the middle of writing leaves no half document, and loses at most that write',
  async () => {
    const directory = newDirectory();
    const unit = parseUnitName('db/0');
    // An uneven step, so that the processes die at different places.
    for (const writes of [3, 14, 37]) {
      const worker = await WorkerProcess.start(workerProgram, directory, 'db/0');
      await worker.tell({ do: 'lead' });
      const stop = new AbortController();
      const reading = (async () => {
        while (!stop.signal.aborted) {
          const { problems, sheets } = await inspectDirectory(directory);
          expect(problems).toEqual([]);
          const { state } = sheets.get(unit) ?? { state: 'absent' };
          expect(state).not.toBe('unreadable');
        }
      })();
      await worker.publishUntil(writes);
      await worker.kill();
      stop.abort();
      await reading;

      const { problems, sheets, grants } = await inspectDirectory(directory);
      expect(problems).toEqual([]);
      const reading0 = sheets.get(unit);
      const published = reading0?.state === 'present' ? reading0.sheet.lastTicket : 0;
      const granted = grants?.get(parseLockName('restart'))?.get(parseUnitName('counter/0'));
      for (const ticket of [published, granted]) {
        expect(ticket).toBeGreaterThanOrEqual(worker.lastPublished);
        expect(ticket).toBeLessThanOrEqual(worker.lastPublished + 2);
      }
    }
    await hook(newStore(directory, 'db/0').store, async () => undefined);
    expect(namesIn(directory).filter(isTemporaryName)).toEqual([]);
  },
  PROCESSES_MS,
);

test(
  'a killed leader is succeeded, and its grants stay',
  async () => {
    const directory = newDirectory();
    const leader = await WorkerProcess.start(workerProgram, directory, 'db/0');
    expect(await leader.tell({ do: 'lead' })).toBe(true);
    expect(await leader.tell({ do: 'count' })).toBe(1);
    const { store } = newStore(directory, 'db/1', { pollEveryMs: 10 });
    expect((await hook(store, (session) => session.leadership())).leader).toBe(false);
    let calls = 0;
    atEnd(
      store.watch(() => {
        calls += 1;
      }),
    );
    await leader.kill();
    await vi.waitUntil(() => calls > 0, { interval: 5 });

    await hook(store, async (session) => {
      expect((await session.leadership()).leader).toBe(true);
      expect(await session.grants.read()).toEqual(granting('counter/0', 1));
    });
  },
  PROCESSES_MS,
);

test(
  'a killed holder stays a member, keeps its lock, and has it when it comes back',
  async () => {
    const directory = newDirectory();
    const { store } = newStore(directory, 'db/0');
    const holder = await WorkerProcess.start(workerProgram, directory, 'db/1');
    await holder.tell({ do: 'request', ticket: 5 });
    await hook(store, (session) => session.grants.write(granting('db/1', 5)));
    await holder.kill();

    await hook(store, async (session) => {
      expect(await session.grants.read()).toEqual(granting('db/1', 5));
      expect((await session.peers.liveUnits()).get(parseUnitName('db/1'))).toBe('alive');
      const sheets = await session.peers.readAll([]);
      expect(sheets.get(parseUnitName('db/1'))?.state).toBe('present');
    });
    const back = newStore(directory, 'db/1').store;
    await hook(back, async (session) => {
      const own = await session.peers.readOwn();
      const ticket = own.state === 'present' && own.sheet.requests.get(parseLockName('restart'));
      expect(ticket).toBe(5);
      expect(await session.grants.read()).toEqual(granting('db/1', 5));
    });
  },
  PROCESSES_MS,
);

test(
  'a second process for a unit is refused while the first one lives',
  async () => {
    const directory = newDirectory();
    const first = await WorkerProcess.start(workerProgram, directory, 'db/0');
    await first.tell({ do: 'request', ticket: 5 });
    const { store } = newStore(directory, 'db/0');
    await expect(store.begin()).rejects.toMatchObject({
      code: 'UNIT_IN_USE',
      message: expect.stringContaining(`process ${first.pid}`),
    });
    await first.kill();
    await hook(store, async () => undefined);
    const second = await WorkerProcess.start(workerProgram, directory, 'db/0');
    await expect(second.tell({ do: 'lead' })).rejects.toMatchObject({ code: 'UNIT_IN_USE' });
  },
  PROCESSES_MS,
);

async function run(...args: readonly string[]): Promise<unknown> {
  return promisify(execFile)(process.execPath, [command, ...args]).catch((error: unknown) => error);
}

test(
  'the command runs as a program of its own, with its exit code',
  async () => {
    const directory = newDirectory();
    await hook(newStore(directory, 'db/0').store, (session) => session.leadership());
    expect(await run('status', directory)).toMatchObject({
      stdout: expect.stringContaining(`leader    db/0 (process ${process.pid})`),
    });
    expect(await run('status', `${directory}/nowhere`)).toMatchObject({ code: 1, stdout: '' });
    expect(await run('status')).toMatchObject({ code: 2, stdout: '' });
  },
  PROCESSES_MS,
);

test(
  'when leadership is free, exactly one of several processes gets it, in every round',
  async () => {
    const directory = newDirectory();
    const workers = await Promise.all(
      ['db/0', 'db/1', 'db/2', 'db/3'].map((unit) =>
        WorkerProcess.start(workerProgram, directory, unit),
      ),
    );
    for (let round = 1; round <= 12; round += 1) {
      const counts = await Promise.all(workers.map((worker) => worker.tell({ do: 'count' })));
      expect(counts.filter((value) => value !== undefined)).toEqual([round]);
      const leader = counts.findIndex((value) => value !== undefined);
      await workers[leader]?.tell({ do: 'resign' });
    }
  },
  PROCESSES_MS,
);

test(
  'however often leadership is taken by force, no two leaders succeed in the same write',
  async () => {
    const directory = newDirectory();
    const workers = await Promise.all(
      ['db/0', 'db/1', 'db/2', 'db/3'].map((unit) =>
        WorkerProcess.start(workerProgram, directory, unit),
      ),
    );
    const written = await Promise.all(
      workers.map((worker) => worker.tell({ do: 'race', rounds: 12 })),
    );
    const values = written.flatMap((each) => (Array.isArray(each) ? each : []));
    expect(values.length).toBeGreaterThan(0);
    // Each leader adds one to what it read: a value that comes twice is a write that was lost.
    expect(new Set(values).size).toBe(values.length);
  },
  PROCESSES_MS,
);
