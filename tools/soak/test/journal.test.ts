import { expect, test } from 'vitest';

import { auditJournal, type Entry } from '../journal.ts';

/** Entries as the journal has them: `asked 1`. */
function entries(...lines: readonly string[]): Entry[] {
  return lines.map((line) => {
    const [event, number] = line.split(' ');
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the tests below write only events
    return { event: event as Entry['event'], number: Number(number) };
  });
}

test('requests that were asked for and served are counted', () => {
  const journal = entries('started 7', 'asked 1', 'began 1', 'ended 1', 'began 2', 'ended 2');
  expect(auditJournal('db/0', journal)).toEqual({ served: 2, repeated: 0, violations: [] });
});

test('a unit that was killed inside the operation goes on with the same request', () => {
  const journal = entries('started 7', 'began 1', 'started 8', 'began 1', 'ended 1');
  expect(auditJournal('db/0', journal)).toEqual({ served: 1, repeated: 1, violations: [] });
});

test('a unit that was killed before it could publish is served again', () => {
  const journal = entries('started 7', 'began 1', 'ended 1', 'started 8', 'began 1', 'ended 1');
  expect(auditJournal('db/0', journal)).toEqual({ served: 1, repeated: 1, violations: [] });
});

test.each([
  [
    'a request that is never served',
    ['asked 1', 'began 2', 'ended 2'],
    'request 1 of db/0 was lost',
  ],
  ['a request that is never ended', ['began 1'], 'never came back to request 1'],
  [
    'another request after a kill inside the operation',
    ['began 1', 'started 8', 'began 2', 'ended 2'],
    'was killed inside request 1 and went on with 2',
  ],
  [
    'a request that one process serves twice',
    ['began 1', 'ended 1', 'began 1', 'ended 1'],
    'was served 1 twice by one process',
  ],
  ['a request out of order', ['began 2', 'ended 2', 'began 1', 'ended 1'], 'was served 1 after 2'],
  ['no request at all', [], 'was never served'],
])('%s is found', (_, lines, violation) => {
  const { violations } = auditJournal('db/0', entries('started 7', ...lines));
  expect(violations.join('\n')).toContain(violation);
});
