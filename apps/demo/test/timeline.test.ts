import { describe, expect, it } from 'vitest';

import { Chronicle } from '../src/chronicle.ts';
import { drawTimeline } from '../src/picture/draw-timeline.ts';
import { layOut, type Timeline } from '../src/picture/timeline.ts';
import type { RollOutcome } from '../src/roll.ts';
import type { ServerEvent } from '../src/workload/server-events.ts';
import { elementsOf } from './help/well-formed.ts';

const BEGAN = 1_000_000;

function event(what: ServerEvent['event'], after: number, version: number): ServerEvent {
  return { event: what, at: BEGAN + after, version, pid: 1 };
}

/** Two units: web/0 is restarted from 1000 to 1500, web/1 waits from 1000 and is restarted from 1600 to 2100. */
function outcome(): Pick<RollOutcome, 'beganAt' | 'changedAt' | 'endedAt' | 'records'> {
  return {
    beganAt: BEGAN,
    changedAt: BEGAN + 900,
    endedAt: BEGAN + 3_000,
    records: new Map([
      [
        'web/0',
        [event('listening', -200, 1), event('closing', 1_000, 1), event('listening', 1_500, 2)],
      ],
      [
        'web/1',
        [event('listening', -100, 1), event('closing', 1_600, 1), event('listening', 2_100, 2)],
      ],
    ]),
  };
}

function timeline(chronicle = new Chronicle()): Timeline {
  const samples = [
    { at: BEGAN + 50, outcome: 'answered' },
    { at: BEGAN + 60, outcome: 'answered' },
    { at: BEGAN + 1_250, outcome: 'retried' },
  ] as const;
  return layOut({ ...outcome(), chronicle, samples }, 2, { title: 'A <roll>', subtitle: '1 & 2' });
}

function chronicleOf(unit: string, askedAfter: number): Chronicle {
  const chronicle = new Chronicle();
  const asking = {
    unit,
    leader: true,
    state: 'waiting',
    holder: false,
    askedAt: BEGAN + askedAfter,
  } as const;
  const snapshot = {
    at: BEGAN + askedAfter,
    wanted: 2,
    client: { answered: 0, retried: 0, failed: 0 },
    units: [asking],
  };
  chronicle.note(snapshot);
  chronicle.note(snapshot);
  return chronicle;
}

describe('layOut', () => {
  it('shows when each unit served which version and when it was down', () => {
    const own = timeline().segments.filter(({ unit }) => unit === 'web/0');
    expect(own.map(({ kind, from, to }) => [kind, from, to])).toEqual([
      ['old', 0, 1],
      ['new', 1.5, 3],
      ['down', 1, 1.5],
    ]);
  });

  it('shows a wait from the request until the server goes down', () => {
    const { segments } = timeline(chronicleOf('web/1', 1_000));
    expect(segments.filter(({ kind }) => kind === 'waiting')).toEqual([
      { unit: 'web/1', kind: 'waiting', from: 1, to: 1.6 },
    ]);
  });

  it('shows no wait for a request that was made while the server was down', () => {
    const { segments } = timeline(chronicleOf('web/1', 1_700));
    expect(segments.filter(({ kind }) => kind === 'waiting')).toEqual([]);
  });

  it('marks who leads once, and who was killed', () => {
    const chronicle = chronicleOf('web/1', 1_000);
    chronicle.mark('web/1', 'killed', BEGAN + 1_200);
    expect(timeline(chronicle).marks).toEqual([
      { unit: 'web/1', what: 'leads', at: 1 },
      { unit: 'web/1', what: 'killed', at: 1.2 },
    ]);
  });

  it('counts the requests of each tenth of a second', () => {
    const { traffic } = timeline();
    expect(traffic).toHaveLength(30);
    expect(traffic[0]).toMatchObject({ answered: 2, retried: 0, failed: 0 });
    expect(traffic[12]).toMatchObject({ answered: 0, retried: 1, failed: 0 });
  });
});

describe('drawTimeline', () => {
  const svg = drawTimeline(timeline(chronicleOf('web/1', 1_000)));

  it('draws a well-formed SVG document', () => {
    expect(elementsOf(svg)[0]).toBe('svg');
  });

  it.each([
    ['the title', 'A &lt;roll&gt;'],
    ['the subtitle', '1 &amp; 2'],
    ['a row for each unit', 'web/1'],
    ['what its axis counts', 'seconds'],
    ['when the configuration changed', 'configuration changes'],
    ['what a colour means', 'down, restarting'],
    ['what a sign means', 'becomes leader'],
  ])('says %s', (_what, text) => {
    expect(svg).toContain(text);
  });

  it('leaves out of the legend what did not happen', () => {
    expect(svg).not.toContain('agent killed');
    expect(svg).not.toContain('>failed<');
  });
});
