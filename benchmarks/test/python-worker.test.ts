import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { ToolCall } from '@baton/hook-tools';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { describeWithPython } from '../../tools/interop/test/with-python.ts';
import { parseMessage, PythonWorker, type LaterExec } from '../roll/python-worker.ts';

describe('a line of the worker', () => {
  test('is a call of a tool, something to run later, or the end', () => {
    const call = { tool: 'is-leader', args: ['--format=json'], stdin: '' };
    const later = { exec: 'true', unit: 'a/0', afterSeconds: 10 };
    for (const message of [call, later, { exit: 0 }])
      expect(parseMessage(JSON.stringify(message))).toEqual(message);
  });

  test.each(['{}', '{"exit":"0"}', '{"tool":"is-leader"}', 'nothing'])('is not %s', (line) => {
    expect(() => parseMessage(line)).toThrow(/JSON|nvalid/);
  });
});

describeWithPython('the worker', (python) => {
  let folder = '';
  let worker: PythonWorker;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'worker-'));
    await mkdir(join(folder, 'src'));
    worker = new PythonWorker(join(python, 'bin', 'python'), []);
  });
  afterAll(async () => {
    await worker.stop();
    await rm(folder, { recursive: true });
  });

  /** Runs a hook of a charm with these lines, each tool answering with its name. */
  async function run(...lines: readonly string[]) {
    await writeFile(join(folder, 'src', 'charm.py'), lines.join('\n'));
    const calls: ToolCall[] = [];
    const later: LaterExec[] = [];
    const code = await worker.run(
      { folder, environment: { JUJU_UNIT_NAME: 'a/0' } },
      {
        call: async (call) => {
          calls.push(call);
          const exitCode = call.tool === 'fails' ? 3 : 0;
          return { exitCode, stdout: `${call.tool}!`, stderr: '' };
        },
        later: (exec) => later.push(exec),
      },
    );
    return { code, calls, later };
  }

  test('passes tools on by whichever door they are called, and gives back what they say', async () => {
    const { code, calls } = await run(
      'import os, subprocess',
      'from subprocess import CalledProcessError',
      'assert subprocess.check_output(["one", "-x"]) == b"one!"',
      'assert subprocess.run(["/tools/two"], capture_output=True, text=True, input="in").stdout == "two!"',
      'assert subprocess.call(["juju-log", "line"]) == 0',
      'try:',
      '    subprocess.check_call(["fails"])',
      'except CalledProcessError as error:',
      '    assert error.returncode == 3',
      'else:',
      '    raise AssertionError',
      'assert os.environ["JUJU_UNIT_NAME"] == "a/0"',
    );
    expect({ code, said: worker.said }).toEqual({ code: 0, said: '' });
    expect(calls).toEqual([
      { tool: 'one', args: ['-x'], stdin: '' },
      { tool: 'two', args: [], stdin: 'in' },
      { tool: 'juju-log', args: ['line'], stdin: '' },
      { tool: 'fails', args: [], stdin: '' },
    ]);
  });

  test('sends the text of a file instead of its path', async () => {
    await writeFile(join(folder, 'settings'), 'a: b');
    const { calls } = await run(
      'import subprocess',
      'subprocess.check_call(["relation-set", "-r", "x:0", "--file", "settings"])',
    );
    expect(calls).toEqual([
      { tool: 'relation-set', args: ['-r', 'x:0', '--file', '-'], stdin: 'a: b' },
    ]);
  });

  test('keeps nothing of a hook for the next', async () => {
    const lines = ['import sys', 'assert not hasattr(sys, "mark")', 'sys.mark = 1'];
    expect((await run(...lines)).code).toBe(0);
    expect((await run(...lines)).code).toBe(0);
  });

  test('tells the exit code of a hook, also of one that fails', async () => {
    expect((await run('import sys', 'sys.exit(7)')).code).toBe(7);
    expect((await run('raise ValueError("why")')).code).toBe(1);
    expect(worker.said).toContain('ValueError: why');
  });

  test('tells what a process in the background will run, and after how long', async () => {
    await writeFile(
      join(folder, 'background.py'),
      [
        'import subprocess, sys, time',
        'time.sleep(4)',
        'time.sleep(6)',
        'subprocess.run(["/usr/bin/juju-exec", "-u", sys.argv[1], "script"], check=False)',
      ].join('\n'),
    );
    const { code, later } = await run(
      'import subprocess',
      'subprocess.Popen(["/usr/bin/python3", "-u", "background.py", "a/0"])',
    );
    expect(code).toBe(0);
    expect(later).toEqual([{ exec: 'script', unit: 'a/0', afterSeconds: 10 }]);
  });
});
