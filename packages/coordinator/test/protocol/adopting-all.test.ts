import { expect, test } from 'vitest';

import { adoptingAll } from '../../src/protocol/requests.ts';
import { requestSheet } from '../wire/documents.ts';
import { ticketsOf } from '../protocol/views.ts';

test('adopting every orphan adopts that of a lock with an older open request too', () => {
  const sheet = requestSheet(20, { restart: 5, reboot: 20 });
  expect(adoptingAll(sheet, ticketsOf({ restart: 12 })).requests).toEqual(
    ticketsOf({ restart: 12, reboot: 20 }),
  );
});
