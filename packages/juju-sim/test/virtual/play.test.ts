import { describe, expect, test } from 'vitest';

import { play, shrink, Violation, type Move, type Outcome } from '../../src/virtual/index.ts';
import forgetting from '../fixtures/scenarios/forgetting.ts';
import sound from '../fixtures/scenarios/sound.ts';
import throwing from '../fixtures/scenarios/throwing.ts';
import { tiny } from '../fixtures/scenarios/tiny.ts';
import { shortestHistory } from '../../src/explore/shortest-history.ts';

const ignore = (): undefined => undefined;

const history = { juju: '3.6', units: { least: 2, most: 4 } } as const;

describe('a history', () => {
  test('is told by its seed alone', async () => {
    const first = await play(sound, { ...history, seed: 5 });
    expect(await play(sound, { ...history, seed: 5 })).toEqual(first);
    expect(await play(sound, { ...history, seed: 6 })).not.toEqual(first);
  });

  test('begins as it is told to, and says how it began', async () => {
    for (const start of ['cold', 'settled'] as const)
      for (const units of [2, 3]) {
        const range = { least: units, most: units };
        const outcome = await play(sound, { ...history, units: range, seed: 5, start, moves: [] });
        expect(outcome).toMatchObject({ result: 'passed', start, units, moves: [] });
      }
  });

  test('is the same when its moves are given', async () => {
    const first = await play(sound, { ...history, seed: 5 });
    const { moves } = first;
    expect(await play(sound, { ...history, seed: 5, moves })).toEqual(first);
  });

  test('whose last move breaks a promise tells that move as well', async () => {
    // Only while things go wrong is anything wrong with the third hook that begins.
    const brittle = tiny(() => {
      let began = -Infinity;
      return {
        code: () => Promise.resolve(),
        faultsBegin: () => {
          began = 0;
        },
        faultsEnd: () => {
          began = -Infinity;
        },
        began: () => {
          began += 1;
          if (began === 3) throw new Violation('safety', 'three are too many', 'there are three');
        },
      };
    });
    const first = await play(brittle, { ...history, seed: 5 });
    expect(first).toMatchObject({ result: 'safety', promise: 'three are too many' });
    const { moves } = first;
    expect(await play(brittle, { ...history, seed: 5, moves })).toEqual(first);
  });

  test('leaves out moves that cannot be made', async () => {
    const moves: Move[] = [{ do: 'kill', unit: 'db/9' }, { do: 'mend' }, { do: 'add-unit' }];
    const outcome = await play(sound, { ...history, seed: 5, moves });
    expect(outcome.moves).toEqual([{ do: 'add-unit' }]);
  });

  test.each([
    ['an update-status that was missed', { result: 'passed', message: '' }],
    [undefined, { result: 'liveness', message: 'it still waits' }],
  ])('goes on for a while where what waits has an excuse: %s', async (excuse, end) => {
    // What was asked for is served by the first update-status after the faults.
    const waiting = tiny(() => {
      let served = false;
      return {
        code: ({ name }) => {
          served ||= name === 'update-status';
          return Promise.resolve();
        },
        faultsEnd: () => {
          served = false;
        },
        unserved: () => (served ? [] : ['it still waits']),
        excuse: () => excuse,
      };
    });
    expect(await play(waiting, { ...history, seed: 5 })).toMatchObject(end);
  });

  test('in which hooks never come to an end breaks a promise', async () => {
    let count = 0;
    const restless = tiny(() => ({
      code: async ({ transport }) => {
        count += 1;
        const args = ['-r', 'cluster:0', `count=${count}`];
        await transport.run({ tool: 'relation-set', args });
      },
    }));
    const outcome = await play(restless, { ...history, seed: 5, start: 'cold', moves: [] });
    expect(outcome).toMatchObject({ result: 'liveness', promise: 'hooks come to an end' });
  });

  test('whose charm throws what is no error is a crash that tells it', async () => {
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- charms do so
    const odd = tiny(() => ({ code: () => Promise.reject('no error') }));
    const outcome = await play(odd, { ...history, seed: 5 });
    expect(outcome).toMatchObject({ result: 'crash', promise: 'no error', message: 'no error' });
  });
});

const faked = (moves: readonly Move[], fails: boolean): Outcome => ({
  result: fails ? 'safety' : 'passed',
  promise: 'one of them',
  message: '',
  moves,
  units: 2,
  start: 'cold',
  hooks: 0,
  toolCalls: 0,
});

const needs = (moves: readonly Move[], ...wanted: readonly number[]): boolean =>
  wanted.every((ms) => moves.some((move) => move.do === 'wait' && move.ms === ms));

/** Seeds until one fails. */
async function firstFailing(scenario: typeof throwing): Promise<number> {
  for (let seed = 1; ; seed += 1) {
    const { result } = await play(scenario, { ...history, seed });
    if (result !== 'passed') return seed;
  }
}

describe('the shortest history', () => {
  const all: Move[] = Array.from({ length: 40 }, (_, ms) => ({ do: 'wait', ms }));
  test('has the moves that it needs, and no other', async () => {
    const { outcome, tried } = await shrink(faked(all, true), (moves) =>
      Promise.resolve(faked(moves, needs(moves, 3, 17, 38))),
    );
    expect(outcome.moves).toEqual([all[3], all[17], all[38]]);
    expect(tried).toBeLessThan(200);
  });

  test('is looked for so many times at most', async () => {
    const { outcome, tried } = await shrink(
      faked(all, true),
      (moves) => Promise.resolve(faked(moves, needs(moves, 3, 17, 38))),
      10,
    );
    expect(tried).toBe(10);
    expect(outcome.result).toBe('safety');
  });

  test('breaks the same promise, not another', async () => {
    const { outcome } = await shrink(faked(all, true), (moves) =>
      Promise.resolve({ ...faked(moves, true), promise: 'another' }),
    );
    expect(outcome.moves).toEqual(all);
  });

  test('has no more units than it needs, begins settled where that will do, and fails', async () => {
    const seed = await firstFailing(throwing);
    const told: string[] = [];
    const shortest = await shortestHistory(throwing, {
      ...history,
      seed,
      msMax: Infinity,
      onTried: () => undefined,
      onEvent: ({ text }) => void told.push(text),
    });
    expect(shortest).toMatchObject({ result: 'crash', start: 'settled', cutShort: false });
    expect(shortest.moves).toEqual([expect.stringMatching(/^action db\/\d$/)]);
    expect(shortest.units).toBe(Math.max(2, Number(shortest.moves[0]?.at(-1)) + 1));
    expect(told).toContain('is asked to run an action');
  });

  test('of one that does not fail is not looked for', async () => {
    const options = { ...history, seed: 5, msMax: 60_000, onTried: ignore, onEvent: ignore };
    const shortest = await shortestHistory(sound, options);
    expect(shortest).toMatchObject({ result: 'passed', tried: 0, cutShort: false });
  });

  test('is the whole one where there is no time, and still fails', async () => {
    const seed = await firstFailing(forgetting);
    const whole = await play(forgetting, { ...history, seed });
    const shortest = await shortestHistory(forgetting, {
      ...history,
      seed,
      msMax: 0,
      onTried: () => undefined,
      onEvent: () => undefined,
    });
    expect(shortest).toMatchObject({ result: 'liveness', tried: 0, cutShort: true });
    expect(shortest.moves).toHaveLength(whole.moves.length);
  });
});
