import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';

import { bundle } from '../../../apps/demo/src/bundle.ts';
import { unitFolder } from '../../../apps/demo/src/unit-folder.ts';
import { Journal, readJournal } from '../../soak/journal.ts';
import { insideOf, thisProcessAs, TwoHoldersError, Witness } from '../../soak/witness.ts';
import { readViolations, reportViolations } from '../violations.ts';
import { WitnessedServer } from '../witnessed-server.ts';

let programs: string;

beforeAll(async () => {
  programs = mkdtempSync(join(tmpdir(), 'soak-test-programs-'));
  const source = new URL('../../../apps/demo/src/workload/server.ts', import.meta.url).pathname;
  await bundle(source, join(programs, 'server.mjs'), 'esm');
});

afterAll(() => rmSync(programs, { recursive: true }));

/** A server whose unit's witness is the only one in its folder. */
function newServer(program = 'server.mjs'): { server: WitnessedServer; folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'soak-test-'));
  const server = new WitnessedServer(
    {
      folder: unitFolder(folder, 'db/0'),
      program: join(programs, program),
      guardianPid: process.pid,
    },
    {
      witness: new Witness(folder, thisProcessAs('db/0')),
      journal: new Journal(join(folder, 'journal')),
    },
  );
  onTestFinished(async () => {
    await server.remove();
    rmSync(folder, { recursive: true });
  });
  return { server, folder };
}

test('a restart is inside from stop to start, and the first start is not', async () => {
  const { server, folder } = newServer();
  await server.start(1);
  expect(insideOf(folder)).toBeUndefined();
  await server.stop();
  expect(insideOf(folder)?.unit).toBe('db/0');
  await server.start(2);
  expect(insideOf(folder)).toBeUndefined();
  expect(readJournal(join(folder, 'journal')).map(({ event }) => event)).toEqual([
    'began',
    'ended',
  ]);
});

test('a restart that fails stays inside', async () => {
  const { server, folder } = newServer('there-is-none.mjs');
  await server.stop();
  await expect(server.start(1)).rejects.toThrow('ended while starting');
  expect(insideOf(folder)?.unit).toBe('db/0');
});

test('a server that goes with its unit needs no lock', async () => {
  const { server, folder } = newServer();
  await server.start(1);
  await server.remove();
  expect(insideOf(folder)).toBeUndefined();
});

test('a second holder is reported, and fails the hook', async () => {
  const { server, folder } = newServer();
  await server.start(1);
  new Witness(folder, thisProcessAs('db/1')).enter();
  const report = join(folder, 'violations');
  await expect(reportViolations(report, () => server.stop())).rejects.toThrow(TwoHoldersError);
  expect(readViolations(report)).toEqual([
    expect.stringMatching(/^db\/0 \(process \d+\) holds the lock, and so does db\/1/),
  ]);
});
