import assert from 'node:assert/strict';

import { EMPTY_REQUEST_SHEET, parseUnitName, type UnitName } from '@baton/coordinator';

import {
  assertAbsent,
  assertGrants,
  assertPresent,
  hook,
  openThree,
  publish,
  readingOf,
  sheetSeenBy,
} from '../checks.ts';
import { topic, type ConformanceCase } from '../conformance-case.ts';
import { grantSheet, requestSheet, sheetAsking } from '../documents.ts';

const empty = topic('an empty cluster');
const visible = topic('sheets');

/** What a session reads of sheets, and when. */
export const sheetCases: readonly ConformanceCase[] = [
  empty('has no sheets, no grants and no stash, and says so without an error', [], async (h) => {
    const [a] = await openThree(h);
    await hook(a, async (session) => {
      assert.equal(await session.peers.joined(), true, 'an opened unit can reach its peers');
      assertAbsent(await session.peers.readOwn(), 'the own sheet');
      assertGrants(await session.grants.read(), grantSheet());
      assert.equal(await session.local.read(), undefined, 'there is no stash');
    });
  }),
  empty('lists every opened unit, the own one included', [], async (h) => {
    const stores = await openThree(h);
    await hook(stores[0], async (session) => {
      const readings = await session.peers.readAll([]);
      for (const { unit } of stores) {
        const reading = readings.get(unit);
        assert.ok(reading !== undefined, `readAll() lists ${unit}`);
        assertAbsent(reading, `the sheet of ${unit}`);
      }
    });
  }),
  empty('tells which unit and key a store serves', [], async (h) => {
    const [a, b] = await openThree(h);
    assert.deepEqual([a.unit, a.key], [h.units[0], 'baton']);
    assert.deepEqual([b.unit, b.key], [h.units[1], 'baton']);
  }),
  visible(
    'are seen by nobody else before the hook has succeeded, and by everybody after',
    [],
    async (h) => {
      const [a, b, c] = await openThree(h);
      const sheet = sheetAsking('restart', 5);
      const session = await a.begin();
      await session.peers.write(sheet);
      await h.settle?.();
      assertAbsent(await sheetSeenBy(b, a.unit), 'before the end of the hook, the sheet');
      await session.end('success');
      await h.settle?.();
      for (const store of [a, b, c]) assertPresent(await sheetSeenBy(store, a.unit), sheet);
    },
  ),
  visible('are dropped when the hook failed', [], async (h) => {
    const [a, b] = await openThree(h);
    const kept = sheetAsking('restart', 5);
    await publish(h, a, kept);
    await hook(a, (session) => session.peers.write(sheetAsking('restart', 9)), 'failure');
    await h.settle?.();
    assertPresent(await sheetSeenBy(b, a.unit), kept, 'after a failed hook, the sheet before it');
    assertPresent(await sheetSeenBy(a, a.unit), kept, 'after a failed hook, the own sheet');
  }),
  visible('that this session has written are what it reads', [], async (h) => {
    const [a] = await openThree(h);
    await publish(h, a, sheetAsking('restart', 5));
    const sheet = sheetAsking('restart', 9);
    await hook(a, async (session) => {
      await session.peers.readOwn();
      await session.peers.readAll([]);
      await session.peers.write(sheet);
      assertPresent(await session.peers.readOwn(), sheet, 'readOwn()');
      assertPresent(await readingOf(session, a.unit), sheet, 'the own entry of readAll()');
    });
  }),
  visible('are each written by their own unit alone', [], async (h) => {
    const [a, b, c] = await openThree(h);
    const sheets = [sheetAsking('restart', 5), sheetAsking('restart', 6)] as const;
    await publish(h, a, sheets[0]);
    await publish(h, b, sheets[1]);
    await hook(c, async (session) => {
      assertPresent(await readingOf(session, a.unit), sheets[0], 'the sheet of the first unit');
      assertPresent(await readingOf(session, b.unit), sheets[1], 'the sheet of the second unit');
      assertAbsent(await readingOf(session, c.unit), 'the sheet of the third unit');
      assertAbsent(await session.peers.readOwn(), 'the own sheet of the third unit');
    });
  }),
  visible('keep everything that is in them', [], async (h) => {
    const [a, b] = await openThree(h);
    const sheet = requestSheet({
      lastTicket: Number.MAX_SAFE_INTEGER,
      requests: [
        ['restart', 1],
        ['upgrade', 1_795_000_000_000_000],
        ['migrate', Number.MAX_SAFE_INTEGER],
      ],
      labels: [
        ['zone', 'eu-1'],
        ['__proto__', 'ü 🌍'],
        ['', ''],
      ],
      nonce: 77,
      fromStash: true,
    });
    await publish(h, a, sheet);
    assertPresent(await sheetSeenBy(b, a.unit), sheet);
    assertPresent(await sheetSeenBy(a, a.unit), sheet, 'the own sheet');
  }),
  visible('are replaced whole', [], async (h) => {
    const [a, b] = await openThree(h);
    await publish(
      h,
      a,
      requestSheet({
        requests: [
          ['restart', 5],
          ['upgrade', 6],
        ],
        labels: [['zone', 'eu-1']],
        nonce: 3,
        fromStash: true,
      }),
    );
    const next = requestSheet({ lastTicket: 7, requests: [['migrate', 7]] });
    await publish(h, a, next);
    assertPresent(
      await sheetSeenBy(b, a.unit),
      next,
      'the second sheet, without what was in the first,',
    );
  }),
  visible('that say nothing are there all the same', [], async (h) => {
    const [a, b] = await openThree(h);
    await publish(h, a, EMPTY_REQUEST_SHEET);
    assertPresent(await sheetSeenBy(b, a.unit), EMPTY_REQUEST_SHEET, 'the empty sheet');
    assertPresent(await sheetSeenBy(a, a.unit), EMPTY_REQUEST_SHEET, 'the own empty sheet');
  }),
  visible('written twice in a hook are published as written last', [], async (h) => {
    const [a, b] = await openThree(h);
    const last = sheetAsking('restart', 7);
    await hook(a, async (session) => {
      await session.peers.write(sheetAsking('restart', 5));
      await session.peers.write(last);
    });
    await h.settle?.();
    assertPresent(await sheetSeenBy(b, a.unit), last);
  }),
  visible('are read once a session, and anew in the next', [], async (h) => {
    const [a, b] = await openThree(h);
    const first = sheetAsking('restart', 5);
    const second = sheetAsking('restart', 9);
    await publish(h, a, first);
    await hook(b, async (session) => {
      assertPresent(await readingOf(session, a.unit), first);
      await publish(h, a, second);
      assertPresent(await readingOf(session, a.unit), first, 'what this session has read');
    });
    assertPresent(await sheetSeenBy(b, a.unit), second, 'what the next session reads');
  }),
  visible('of units that are named are read too, listed or not', [], async (h) => {
    const [a] = await openThree(h);
    const stranger = strangerTo(h.units);
    function* once(): Generator<UnitName> {
      yield stranger;
    }
    const readings = await hook(a, (session) => session.peers.readAll(once()));
    const reading = readings.get(stranger);
    assert.ok(reading !== undefined, 'a unit that was named has an entry');
    assertAbsent(reading, 'the sheet of a unit that nobody knows');
    assert.ok(readings.has(a.unit), 'and the listed units are still there');
  }),
];

function strangerTo(units: readonly UnitName[]): UnitName {
  const application = units[0]?.split('/')[0] ?? 'app';
  return parseUnitName(`${application}/987654321`);
}
