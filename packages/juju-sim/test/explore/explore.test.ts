import { describe, expect, test } from 'vitest';

import { runCli } from '../../src/cli/cli.ts';
import { play, traceLine } from '../../src/virtual/index.ts';
import sound from '../fixtures/scenarios/sound.ts';
import { explore, scenario, type Printed } from './explore-process.ts';

/** The command in this process, for what starts no worker. */
async function cli(...args: string[]): Promise<Printed> {
  let [out, err] = ['', ''];
  const code = await runCli(args, {
    out: (text) => (out += text),
    err: (text) => (err += text),
    terminal: undefined,
  });
  return { code, out, err };
}

/** The lines of a trace in what was printed. */
function traceIn(out: string): string[] {
  return out.split('\n').filter((line) => /^ *\d+\.\d{3} {2}/.test(line));
}

async function traceHere(seed: number): Promise<string[]> {
  const lines: string[] = [];
  const units = { least: 2, most: 7 };
  const onEvent = (event: Parameters<typeof traceLine>[0]): void => {
    lines.push(traceLine(event));
  };
  await play(sound, { juju: '4.0', seed, units, onEvent });
  return lines;
}

test('the same seed gives the same trace, byte for byte, in any process', async () => {
  const here = await traceHere(12);
  expect(here.length).toBeGreaterThan(100);
  expect(await traceHere(12)).toEqual(here);
  expect(await traceHere(13)).not.toEqual(here);
  const { code, out } = await explore('sound', '--seed', '12', '--juju', '4.0', '--trace');
  expect(code).toBe(0);
  expect(traceIn(out)).toEqual(here);
});

describe('histories that all pass', () => {
  test('end with code 0, and with how much it was', async () => {
    const { code, out, err } = await explore('sound', '--seeds', '6', '--juju', 'all');
    expect([code, err]).toEqual([0, '']);
    const [first, last] = out.trim().split('\n');
    expect(first).toContain('seeds 1 to 6 on Juju 3.6 and 4.0, 2..7 units');
    expect(last).toMatch(
      /^passed: 12 seeds, [\d,]+ hooks explored, [\d,]+ tool calls, [\d.]+ s, [\d,]+ hooks a second$/,
    );
  });

  test('are told as lines of JSON', async () => {
    const { code, out } = await explore('sound', '--first', '4', '--seeds', '3', '--json');
    expect(code).toBe(0);
    const lines = out.trim().split('\n');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ event: 'exploring', first: 4, seeds: 3 });
    const end: unknown = JSON.parse(lines.at(-1) ?? '');
    expect(end).toMatchObject({ event: 'explored', result: 'passed', seeds: 3 });
  });
});

describe('a broken promise', () => {
  test('of safety ends with code 3, and the shortest history and how to play it again', async () => {
    const { code, out } = await explore('overlapping', '--seeds', '10', '--juju', '4.0');
    expect(code).toBe(3);
    expect(out).toContain('SAFETY: one unit works at a time\n');
    expect(out).toMatch(/\n {2}seed \d+, Juju 4.0, 2\.\.7 units\n {2}shortest history: 2 units/);
    expect(traceIn(out).at(-1)).toContain('config-changed           begins');
    expect(out).toMatch(/juju-sim explore \S+overlapping.ts --seed \d+ --juju 4.0 --units 2..7\n/);
  });

  test('of liveness ends with code 4, and a history that is short and fails also when it is played again', async () => {
    const args = ['--seeds', '40', '--units', '3'];
    const { code, out } = await explore('forgetting', ...args);
    expect(code).toBe(4);
    const [, moves, before] = /, (\d+) of (\d+) moves/.exec(out) ?? [];
    expect(Number(moves)).toBeLessThan(15);
    expect(Number(before)).toBeGreaterThan(50);
    // What interrupts the work is in it.
    expect(out).toMatch(/its agent dies| fails$| is killed| is dropped/m);
    const [, seed = ''] = /--seed (\d+)/.exec(out) ?? [];
    const again = await explore('forgetting', '--seed', seed, '--units', '3');
    expect(again.code).toBe(4);
    expect(traceIn(again.out)).toEqual(traceIn(out));
  });

  test('of the charm, which throws, ends with code 5, and with what it threw', async () => {
    const { code, out } = await explore('throwing', '--seeds', '20');
    expect(code).toBe(5);
    expect(out).toContain('CRASH: TypeError: there are no actions\n');
    expect(out).toContain('throwing.ts:');
    expect(out).toMatch(/, 1 of \d+ moves/);
  });

  test.each(['1', '4'])(
    'is told of the lowest seed that fails, with %s workers',
    async (workers) => {
      const { code, out } = await explore('several', '--seeds', '80', '--workers', workers);
      expect(code).toBe(3);
      expect(out).toContain('\n  seed 19 is\n');
    },
  );

  test('that is not broken again when its seed is played again is a crash', async () => {
    const { code, out } = await explore('unsteady', '--seeds', '10', '--workers', '1');
    expect(code).toBe(5);
    expect(out).toContain('CRASH: the same seed gives the same history\n');
    expect(out).toContain('seed 3 ended with safety: no third history, and played again it passes');
  });
});

describe('a process that plays', () => {
  test('and ends by itself is a crash of the seed that it played', async () => {
    const { code, out } = await explore('exiting', '--seeds', '10', '--workers', '2');
    expect(code).toBe(5);
    expect(out).toContain('the process that played seed 3 ended by itself, with exit code 7');
    expect(out).toContain('\n  enough of this\n');
    expect(traceIn(out).at(-1)).toContain('install');
  });

  test('and hangs is ended, and is a crash of the seed that it played', async () => {
    const { code, out } = await explore(
      'hanging',
      '--seeds',
      '4',
      '--workers',
      '1',
      '--timeout',
      '5',
    );
    expect(code).toBe(5);
    expect(out).toContain('the process that played seed 3 hung');
  });

  test('is ended by Ctrl-C, with code 130, also when it hangs', async () => {
    const { code, err } = await explore('interrupting', '--seeds', '4');
    expect(code).toBe(130);
    expect(err).toBe('juju-sim: stopped by SIGINT\n');
  });
});

describe('arguments', () => {
  test('are described by --help, and so are the exit codes', async () => {
    const { code, out } = await cli('explore', '--help');
    expect(code).toBe(0);
    for (const flag of ['--seeds', '--first', '--seed ', '--juju', '--units', '--workers'])
      expect(out).toContain(flag);
    for (const line of ['3    safety', '4    liveness', '5    crash', '130 '])
      expect(out).toContain(line);
  });

  test.each([
    ['--seeds', '0'],
    ['--seed', '-1'],
    ['--juju', '2.9'],
    ['--units', '5..2'],
    ['--workers', 'many'],
    ['--sedes', '4'],
    ['--seed', '4', '--seeds', '5'],
  ])('that are wrong end with code 2: %s %s', async (...args) => {
    const { code, out, err } = await cli('explore', scenario('sound'), ...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(args[0]);
  });

  test.each([
    ['without-default', 'has no function as its default export'],
    ['nowhere', 'cannot be loaded: Cannot find module'],
  ])('that name no scenario end with code 1: %s', async (name, why) => {
    const { code, err } = await explore(name);
    expect(code).toBe(1);
    expect(err).toContain(why);
  });
});
