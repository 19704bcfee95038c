import type { HookTimes } from '../hook/hook-time.ts';
import type { Results } from '../results.ts';
import type { RollCount } from '../roll/roll-count.ts';

/** Results of a run that measured nothing. */
export const results: Results = {
  machine: {
    processor: 'a processor',
    cores: 2,
    gigabytes: 8,
    system: 'Linux',
    node: 'v20.19.0',
    packages: {},
    day: '2026-01-31',
  },
  figures: [],
  rolls: [],
  simulator: [],
};

/** A roll of 30 units with Baton, but for what is given. */
export function rollCount(given: Partial<RollCount>): RollCount {
  return {
    contestant: 'baton',
    juju: '3.6',
    units: 30,
    driver: 'virtual',
    hooks: 1,
    toolCalls: 1,
    bytes: 1,
    seconds: 0,
    hooksByKind: {},
    callsByTool: {},
    follower: { least: 1, mean: 1, most: 1 },
    leader: { least: 1, mean: 1, most: 1 },
    ...given,
  };
}

/** The hooks of a follower, where bare Node takes 40 ms. */
export function hookTimes(
  socketMs: number,
  originalMs: number,
  toolCalls: number,
  toolMs: number,
): HookTimes {
  return {
    hooks: [
      { situation: 'follower', program: 'charmhelpers', ms: originalMs, toolCalls },
      { situation: 'follower', program: 'baton, socket', ms: socketMs, toolCalls: 5 },
    ],
    bareNodeMs: 40,
    barePythonMs: 15,
    toolMs,
  };
}
