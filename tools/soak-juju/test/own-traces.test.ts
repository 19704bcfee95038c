import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';

import { expect, onTestFinished, test } from 'vitest';

import { compare, leftSince, ownTraces } from '../own-traces.ts';

const isLinux = process.platform === 'linux';

test.runIf(isLinux)(
  'a file that is left open is found, and one that was closed is not',
  async () => {
    const before = ownTraces();
    const file = openSync('/dev/null', 'r');
    expect(compare(before, ownTraces())).toEqual([`file descriptor ${file} is left, on /dev/null`]);
    closeSync(file);
    expect(await leftSince(before)).toEqual([]);
  },
);

test.runIf(isLinux)(
  'a child that is left running is found, and one that has ended is not',
  async () => {
    const before = ownTraces();
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    onTestFinished(() => {
      child.kill();
    });
    await once(child, 'spawn');
    expect(compare(before, ownTraces())).toContain(`the child process ${child.pid} is left`);
    child.kill();
    await once(child, 'exit');
    expect(await leftSince(before)).toEqual([]);
  },
);
