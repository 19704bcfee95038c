import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  onTestFinished,
  vi,
} from 'vitest';

import { bundle } from '../src/bundle.ts';
import { readText } from '../src/files.ts';
import { identify, isAlive, signalProcess } from '../src/process-identity.ts';
import { bundlePrograms } from '../src/programs.ts';
import { endServers, killRecorded } from '../src/servers.ts';
import { unitFolder, type UnitFolder } from '../src/unit-folder.ts';
import { ManagedServer, readServerRecord } from '../src/workload/managed-server.ts';
import { readServerEvents } from '../src/workload/server-events.ts';

const MANAGED_SERVER = new URL('../src/workload/managed-server.ts', import.meta.url);
const PATIENCE = { timeout: 20_000 };

let programs: string;
let program: string;
let runFolder: string;
let folder: UnitFolder;

beforeAll(async () => {
  programs = mkdtempSync(join(tmpdir(), 'demo-test-programs-'));
  program = (await bundlePrograms(programs)).server;
});

afterAll(() => {
  rmSync(programs, { recursive: true, force: true });
});

beforeEach(() => {
  runFolder = mkdtempSync(join(tmpdir(), 'demo-test-'));
  folder = unitFolder(runFolder, 'web/0');
});

afterEach(() => {
  killRecorded([folder]);
  rmSync(runFolder, { recursive: true, force: true });
});

function manage(guardianPid: number = process.pid): ManagedServer {
  return new ManagedServer({ folder, program, guardianPid });
}

async function ask(): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${readText(folder.serverPort)}/`);
  return await response.json();
}

/** Asks on the connection of an agent; resolves when the request has left, with the answer to come. */
async function send(agent: Agent): Promise<{ readonly answer: Promise<unknown> }> {
  const asked = request(`http://127.0.0.1:${readText(folder.serverPort)}/`, { agent });
  const answer = new Promise<unknown>((resolve, reject) => {
    asked.once('error', reject).once('response', (response) => resolve(json(response)));
  });
  // Its failure is looked at by whoever awaits it, which may be later.
  answer.catch(() => undefined);
  asked.end();
  await once(asked, 'finish');
  return { answer };
}

describe('ManagedServer', () => {
  it('knows nothing before the first start', () => {
    expect(manage().wasStarted()).toBe(false);
    expect(manage().version()).toBeUndefined();
  });

  it('has started the server when start resolves, and another manager finds it', async () => {
    await manage().start(7);
    expect(await ask()).toEqual({ version: 7 });
    expect(manage().version()).toBe(7);
  });

  it('starts the next server on the same port, and the records tell both', async () => {
    await manage().start(1);
    const port = readText(folder.serverPort);
    await manage().stop();
    expect(manage().version()).toBeUndefined();
    expect(manage().wasStarted()).toBe(true);
    await manage().start(2);
    expect(readText(folder.serverPort)).toBe(port);
    const told = readServerEvents(folder.serverEvents).map((e) => [e.event, e.version]);
    expect(told).toEqual([
      ['listening', 1],
      ['closing', 1],
      ['listening', 2],
    ]);
  });

  it('lets a request that is under way finish before the server leaves', async () => {
    await manage().start(1);
    const connections = Array.from({ length: 20 }, () => new Agent({ keepAlive: true }));
    // Answered once, so each connection is one that the server has taken.
    await Promise.all(connections.map(async (agent) => (await send(agent)).answer));
    const sent = await Promise.all(connections.map((agent) => send(agent)));
    await manage().stop();
    const answers = await Promise.all(sent.map(({ answer }) => answer));
    expect(answers).toEqual(answers.map(() => ({ version: 1 })));
  });

  it('sees that a killed server serves nothing', async () => {
    await manage().start(1);
    const record = readServerRecord(folder);
    if (record === undefined) throw new Error('no record');
    signalProcess(record.process, 'SIGKILL');
    await manage().stop();
    expect(manage().version()).toBeUndefined();
  });

  it('leaves no server when whoever starts it dies before it has recorded it', async () => {
    const manager = join(runFolder, 'managed-server.mjs');
    await bundle(fileURLToPath(MANAGED_SERVER), manager, 'esm');
    // It tells who it is, so that it can be found without a record.
    const told = join(runFolder, 'server.pid');
    const telling = join(runFolder, 'telling-server.mjs');
    writeFileSync(
      telling,
      `import { writeFileSync } from 'node:fs';
       writeFileSync(${JSON.stringify(told)}, String(process.pid));
       await import(${JSON.stringify(program)});`,
    );
    // Where a folder is no record can be written: whoever tries dies of it.
    mkdirSync(folder.serverRecord);
    const options = JSON.stringify({ folder, program: telling, guardianPid: process.pid });
    const starter = `import { ManagedServer } from ${JSON.stringify(manager)};
      await new ManagedServer(${options}).start(1);`;
    const args = ['--input-type=module', '-e', starter];
    await expect(promisify(execFile)(process.execPath, args)).rejects.toThrow('EISDIR');
    rmSync(folder.serverRecord, { recursive: true });

    await vi.waitUntil(() => readText(told) !== undefined, PATIENCE);
    const server = identify(Number(readText(told)));
    onTestFinished(() => {
      if (server !== undefined) signalProcess(server, 'SIGKILL');
    });
    await vi.waitUntil(() => server === undefined || !isAlive(server), PATIENCE);
    expect(readText(folder.serverPort)).toBeUndefined();
  });

  it('fails with the place of the log when the server ends while starting', async () => {
    const broken = new ManagedServer({ folder, program: `${program}.not-there`, guardianPid: 1 });
    await expect(broken.start(1)).rejects.toThrow(folder.serverLog);
  });

  it('says why, and nothing else, when its port is not given up', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => {
      other.listen(0, '127.0.0.1', resolve);
    });
    onTestFinished(() => {
      other.close();
    });
    const address = other.address();
    if (address === null || typeof address === 'string') throw new Error('no TCP port');
    writeFileSync(folder.serverPort, String(address.port));
    await expect(manage().start(1)).rejects.toThrow(/ended while starting|gave no answer/);
    expect(readText(folder.serverLog)).not.toContain('Warning');
  });

  it('never signals another process that has the recorded number by now', async () => {
    const stranger = { pid: process.pid, began: 'at another time' };
    expect(isAlive(stranger)).toBe(false);
    signalProcess(stranger, 'SIGKILL');
    await endServers([folder]);
    expect(isAlive({ pid: process.pid, began: '' })).toBe(false);
  });
});
