import { expect, test } from 'vitest';

import { parseLockName, parseTicket, parseUnitName } from '../../src/index.ts';
import { limit } from '../../src/policy/limit.ts';
import { explainLock } from '../../src/protocol/explain.ts';
import { requestSheet } from '../wire/documents.ts';

test('a leader that adopted a later orphan still explains the earlier one as held', () => {
  const unit = parseUnitName('db/0');
  const lock = parseLockName('backup');
  const orphan = parseTicket(5);
  const adopted = requestSheet(6, { restart: 6 });
  const { holders, queue } = explainLock({
    lock,
    grants: new Map([[lock, new Map([[unit, orphan]])]]),
    sheets: new Map([
      [unit, { state: 'present' as const, sheet: adopted }],
      [parseUnitName('db/1'), { state: 'present' as const, sheet: requestSheet(7, { backup: 7 }) }],
    ]),
    liveUnits: new Map([
      [unit, 'alive' as const],
      [parseUnitName('db/1'), 'alive' as const],
    ]),
    policy: limit(1),
    now: 10,
    own: { unit, sheet: adopted },
    orphans: new Map([[lock, orphan]]),
  });
  expect(holders.map((holder) => `${holder.unit} ${holder.state}`)).toEqual(['db/0 held']);
  expect(queue.map(({ reason }) => reason.why)).toEqual(['held']);
});
