import { expect, test } from 'vitest';

import { parseUnitName } from '../../src/model/names.ts';
import { limit } from '../../src/policy/limit.ts';
import { explainLock } from '../../src/protocol/explain.ts';
import { requestSheet } from '../wire/documents.ts';
import { asking, NOW, RESTART, viewOf } from '../protocol/views.ts';

test('an explained queue stands in the order of the tickets, also where a later unit is about to be granted', () => {
  const { grants, sheets, liveUnits } = viewOf({
    sheets: { 'db/0': asking({ restart: 1 }), 'db/1': asking({ restart: 2 }) },
  });
  const { queue } = explainLock({
    lock: RESTART,
    grants,
    sheets,
    liveUnits,
    policy: limit(2),
    now: NOW,
    own: { unit: parseUnitName('db/0'), sheet: requestSheet(1, { restart: 1 }) },
    mayGrantSelf: false,
  });
  expect(queue.map(({ place, unit, reason }) => `${place} ${unit} ${reason.why}`)).toEqual([
    '1 db/0 in-action',
    '2 db/1 undecided',
  ]);
});
