import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';

import { runCli } from '../../src/cli/cli.ts';
import { play, traceLine } from '../../src/virtual/index.ts';
import sound from '../fixtures/scenarios/sound.ts';
import { explore, exploreInProcess, exploreWith, scenario, type Printed } from './run-explore.ts';

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
  const args = ['--seed', '12', '--juju', '4.0', '--trace'];
  const { code, out } = await exploreInProcess('sound', ...args);
  expect(code).toBe(0);
  expect(traceIn(out)).toEqual(here);
});

describe('histories that all pass', () => {
  test('end with code 0, and with how much it was', async () => {
    const { code, out, err } = await explore('sound', '--seeds', '25', '--juju', 'all');
    expect([code, err]).toEqual([0, '']);
    const [first, last] = out.trim().split('\n');
    expect(first).toContain('seeds 1 to 25 on Juju 3.6 and 4.0, 2..7 units');
    expect(last).toMatch(
      /^passed: 50 seeds, [\d,]+ hooks explored, [\d,]+ tool calls, [\d.]+ s, [\d,]+ hooks a second$/,
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

  test('of one worker, which plays more than it is told at once', async () => {
    const { code, out } = await explore('sound', '--seeds', '45', '--workers', '1');
    expect(code).toBe(0);
    expect(out).toContain('units, 1 worker\n');
    expect(out).toContain('passed: 45 seeds, ');
  });

  test('are told with their traces where it is one seed', async () => {
    const { code, out } = await explore('sound', '--seed', '12', '--juju', 'all', '--trace');
    expect(code).toBe(0);
    const [first = '', second = ''] = out.split('seed 12, Juju 3.6: passed\n');
    expect(traceIn(first).length).toBeGreaterThan(100);
    expect(traceIn(second)).toEqual(await traceHere(12));
    expect(second).toContain('\nseed 12, Juju 4.0: passed\npassed: 2 seeds, ');
  });

  test('are drawn in place on a terminal as they come', async () => {
    const drawn: string[] = [];
    const terminal = { write: (text: string) => drawn.push(text) };
    const { code, out } = await exploreWith({ terminal }, 'sound', '--seeds', '6');
    expect(code).toBe(0);
    expect(out.trim().split('\n')).toHaveLength(2);
    expect(drawn.at(-1)).toMatch(/6 of 6 seeds, [\d,]+ hooks, [\d,]+ hooks a second\n$/);
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

  test('tells on a terminal how far the search for the shortest history has come', async () => {
    const drawn: string[] = [];
    const terminal = { write: (text: string) => drawn.push(text) };
    const { code, out } = await exploreWith({ terminal }, 'overlapping', '--seeds', '10');
    expect(code).toBe(3);
    expect(out).toMatch(/^safety at seed \d+ on Juju 3.6: one unit works at a time$/m);
    const search = /looking for the shortest history: \d+ tried, \d+ moves by now\n$/;
    expect(drawn.at(-1)).toMatch(search);
  });

  test('in one history that is to be traced ends as in any other', async () => {
    const { code, out } = await explore('overlapping', '--seed', '1', '--trace', '--json');
    expect(code).toBe(3);
    const lines = out.trim().split('\n');
    const events = lines.map((line) =>
      z.looseObject({ event: z.string() }).parse(JSON.parse(line)),
    );
    expect(events.map(({ event }) => event)).toEqual(['exploring', 'found', 'failure', 'explored']);
    const failure = z.object({ replay: z.string(), trace: z.array(z.unknown()) }).parse(events[2]);
    expect(failure.trace.length).toBeGreaterThan(1);
    expect(failure.replay).toContain('--seed 1 --juju 3.6');
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

  test('that is another one when its seed is played again is a crash', async () => {
    const { code, out } = await explore('changing', '--seed', '1');
    expect(code).toBe(5);
    expect(out).toContain('CRASH: the same seed gives the same history\n');
    expect(out).toMatch(
      /safety: no process is (\d+), and played again it ends with safety: no process is (?!\1)/,
    );
  });

  test('whose shorter histories end the process is told with the whole one', async () => {
    const { code, out } = await explore('fragile', '--seed', '1');
    expect(code).toBe(3);
    expect(out).toContain('SAFETY: no history is begun\n  one is\n');
    expect(out).toContain('looked for a shorter history ended by itself, with exit code 9\n');
    expect(out).not.toContain('shortest history: ');
    expect(traceIn(out).at(-1)).toContain('from here on things go wrong');
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
    const { code, err } = await exploreInProcess('interrupting', '--seeds', '4');
    expect(code).toBe(130);
    expect(err).toBe('juju-sim: stopped by SIGINT\n');
  });

  test.each([
    ['explores', 'hanging', '"exploring"'],
    ['looks for the shortest history', 'freezing', '"found"'],
  ])('is ended by SIGHUP, with code 129, also when it hangs as it %s', async (_, name, event) => {
    const onOut = (text: string): void => {
      if (text.startsWith(`{"event":${event}`)) process.kill(process.pid, 'SIGHUP');
    };
    const { code, err } = await exploreWith({ onOut }, name, '--seeds', '4', '--json');
    expect([code, err]).toEqual([129, 'juju-sim: stopped by SIGHUP\n']);
  });

  test('and cannot be started is told, with why', async () => {
    const { execPath } = process;
    process.execPath = '/nonexistent/node';
    try {
      const { code, err } = await explore('sound', '--seeds', '4');
      expect(code).toBe(1);
      expect(err).toContain('sound.ts ended by itself');
      expect(err).toContain('spawn /nonexistent/node ENOENT');
    } finally {
      process.execPath = execPath;
    }
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
    ['without-default', /has no function as its default export/],
    ['nowhere', /cannot be loaded: Cannot find module/],
    [
      'unloadable',
      /cannot be loaded: RangeError: there is too much of it\n +at .*unloadable\.ts:1:/,
    ],
    ['ending', /ending\.ts ended by itself, with exit code 4\n$/],
  ])('that name no scenario end with code 1: %s', async (name, why) => {
    const { code, err } = await explore(name);
    expect(code).toBe(1);
    expect(err).toMatch(why);
  });
});
