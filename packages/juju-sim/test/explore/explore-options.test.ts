import { describe, expect, test } from 'vitest';

import { parseUnits, replayCommand, unitsText } from '../../src/explore/explore-options.ts';

test.each([
  ['4', { least: 4, most: 4 }],
  ['2..7', { least: 2, most: 7 }],
  ['0', undefined],
  ['7..2', undefined],
  ['2..', undefined],
  ['2...7', undefined],
  ['two', undefined],
])('units %s', (text, range) => {
  expect(parseUnits(text)).toEqual(range);
  expect(range && unitsText(range)).toBe(range && text);
});

describe('the command that plays a history again', () => {
  const history = { juju: '4.0', seed: 17 } as const;
  const units = { least: 2, most: 7 };
  const flags = '--seed 17 --juju 4.0 --units 2..7';

  test.each([
    ['in a shell', {}, `juju-sim explore test/it.ts ${flags}`],
    [
      'by npx',
      { npm_lifecycle_event: 'npx', npm_lifecycle_script: '"juju-sim" explore test/it.ts' },
      `npx juju-sim explore test/it.ts ${flags}`,
    ],
    [
      'by a script that names the scenario',
      { npm_lifecycle_event: 'explore', npm_lifecycle_script: 'juju-sim explore test/it.ts' },
      `npm run explore -- ${flags}`,
    ],
    [
      'by a script that does not',
      { npm_lifecycle_event: 'sim', npm_lifecycle_script: 'juju-sim' },
      `juju-sim explore test/it.ts ${flags}`,
    ],
  ])('%s', (_, npm, command) => {
    expect(replayCommand({ scenario: 'test/it.ts', units }, history, npm)).toBe(command);
  });

  test('quotes what a shell would take apart', () => {
    expect(replayCommand({ scenario: "it's here.ts", units }, history, {})).toBe(
      `juju-sim explore 'it'\\''s here.ts' ${flags}`,
    );
  });
});
