import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

/** Starting processes takes a second or two each where the machine is busy. */
const PROCESSES_MS = 120_000;

/** What the command prints and how it ends. */
async function fuzzCommand(
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const all = ['--import', 'tsx', '--conditions=@baton/source', MAIN, ...args];
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, all)) };
  } catch (error) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- execFile rejects with these
    return error as { readonly code: number; readonly stdout: string; readonly stderr: string };
  }
}

test(
  'all decoders are fuzzed in processes, and the figures add up',
  { timeout: PROCESSES_MS },
  async () => {
    const { code, stdout, stderr } = await fuzzCommand(
      '--count=4001',
      '--seed=7',
      '--jobs=2',
      '--json',
    );

    expect(code).toBe(0);
    expect(stderr).toContain('seed 7');
    const { decoders, failures } = JSON.parse(stdout);
    expect(failures).toEqual([]);
    for (const { inputs, values, refused } of decoders) {
      const counts: number[] = Object.values(refused);
      expect(inputs).toBe(4001);
      expect(counts.reduce((sum, count) => sum + count, values)).toBe(4001);
    }
  },
);

test('one input is tried again', { timeout: PROCESSES_MS }, async () => {
  const read = await fuzzCommand('--decoder=request-sheet', '--input=9101:-');
  expect(read).toMatchObject({ code: 0, stdout: expect.stringContaining('a document') });
  const refused = await fuzzCommand('--decoder=request-sheet', '--input=c0:-');
  expect(refused).toMatchObject({ code: 0, stdout: expect.stringContaining('MALFORMED') });
});

test('what the command line cannot use is told', { timeout: PROCESSES_MS }, async () => {
  expect(await fuzzCommand('--input=9101:-')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('--input needs --decoder'),
  });
});
