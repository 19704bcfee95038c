import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';

import {
  findByEnvironment,
  groupLives,
  killByEnvironment,
  signal,
} from '../../src/driver/processes.ts';

const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** A process that goes on until it is killed, the leader of a group of its own: its number, and how it ends. */
function start(env: NodeJS.ProcessEnv = {}): { pid: number; ended: Promise<unknown> } {
  const child = spawn('/bin/sleep', ['1000'], { detached: true, env, stdio: 'ignore' });
  children.push(child);
  const ended = new Promise((exit) => child.once('exit', (_, name) => exit(name)));
  const { pid } = child;
  if (pid === undefined) throw new Error('it did not start');
  return { pid, ended };
}

describe('a process that is gone', () => {
  test('may be sent a signal, and so may its group', async () => {
    const { pid, ended } = start();
    expect(groupLives(pid)).toBe(true);
    signal(pid, 'SIGTERM');
    expect(await ended).toBe('SIGTERM');
    signal(pid);
    signal(-pid);
    expect(groupLives(pid)).toBe(false);
  });
});

test('what is no process cannot be sent a signal', () => {
  expect(() => signal(Number.NaN)).toThrow(TypeError);
});

test('processes are found and killed by their environment, and groups with them', async () => {
  const mark = `MARKED_BY=${randomUUID()}`;
  const [marked, other] = [start({ MARKED_BY: mark.slice(10) }), start()];
  expect(await findByEnvironment(mark)).toEqual([marked.pid]);
  await killByEnvironment(mark);
  expect(await marked.ended).toBe('SIGKILL');
  expect(groupLives(other.pid)).toBe(true);
  await killByEnvironment(mark, [other.pid]);
  expect(await other.ended).toBe('SIGKILL');
});
