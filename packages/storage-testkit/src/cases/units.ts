import assert from 'node:assert/strict';

import {
  assertAbsent,
  assertGrants,
  assertPresent,
  assertRejects,
  close,
  grantsSeenBy,
  hook,
  openThree,
  publish,
  readingOf,
  sheetSeenBy,
  writeGrants,
} from '../checks.ts';
import { topic, type ConformanceCase } from '../conformance-case.ts';
import { grantSheet, requestSheet, sheetAsking } from '../documents.ts';

const departure = topic('units');
const join = topic('joining late');
const crowd = topic('several units');

/** Who is there: alive, dying, gone, late, many. */
export const unitCases: readonly ConformanceCase[] = [
  departure('that were opened are alive, the own one included', [], async (h) => {
    const stores = await openThree(h);
    for (const store of stores) {
      const live = await hook(store, (session) => session.peers.liveUnits());
      for (const { unit } of stores)
        assert.equal(live.get(unit), 'alive', `${unit} for ${store.unit}`);
    }
  }),
  departure('that have left are missing from the next answer, in the same hook', [], async (h) => {
    const [a, b, c] = await openThree(h);
    await publish(h, b, sheetAsking('restart', 5));
    await hook(a, async (session) => {
      const before = await session.peers.liveUnits();
      assert.equal(before.get(b.unit), 'alive');
      await h.leave(b.unit);
      await h.settle?.();
      const after = await session.peers.liveUnits();
      assert.equal(after.has(b.unit), false, 'a unit that left is in no list');
      assert.equal(after.get(c.unit), 'alive', 'the others stay');
      assert.equal(before.get(b.unit), 'alive', 'an answer that was given does not change');
    });
  }),
  departure('that leave take no grants with them', [], async (h) => {
    const [a, b] = await openThree(h);
    const sheet = grantSheet(['restart', b.unit, 5]);
    await writeGrants(h, a, sheet);
    await h.leave(b.unit);
    await h.settle?.();
    assertGrants(await grantsSeenBy(a), sheet, 'the leader drops them, not the store');
  }),
  departure('that are dying are told from those alive, and still publish', ['dying'], async (h) => {
    const [a, b] = await openThree(h);
    await h.dying(b.unit);
    await h.settle?.();
    const live = await hook(a, (session) => session.peers.liveUnits());
    assert.equal(live.get(b.unit), 'dying');
    assert.equal(live.get(a.unit), 'alive');
    const own = await hook(b, (session) => session.peers.liveUnits());
    assert.equal(own.get(b.unit), 'dying', 'the dying unit sees itself as dying');
    await publish(h, b, sheetAsking('restart', 5));
    assertPresent(await sheetSeenBy(a, b.unit), sheetAsking('restart', 5));
  }),
  departure(
    'that cannot be learnt reject with UNAVAILABLE, and the hook goes on',
    ['failLiveUnits'],
    async (h) => {
      const [a, b] = await openThree(h);
      await h.failLiveUnits(true);
      await hook(a, async (session) => {
        await assertRejects(() => session.peers.liveUnits(), 'UNAVAILABLE', 'liveUnits()');
        await session.peers.write(sheetAsking('restart', 5));
      });
      await h.failLiveUnits(false);
      await h.settle?.();
      assertPresent(await sheetSeenBy(b, a.unit), sheetAsking('restart', 5));
      const live = await hook(a, (session) => session.peers.liveUnits());
      assert.equal(live.get(b.unit), 'alive', 'and once it works again, it works');
    },
  ),
  departure('whose store was closed stay members, and keep their sheets', ['close'], async (h) => {
    const [a, b] = await openThree(h);
    await publish(h, b, sheetAsking('restart', 5));
    await close(b);
    await h.settle?.();
    await hook(a, async (session) => {
      assertPresent(await readingOf(session, b.unit), sheetAsking('restart', 5));
      assert.equal((await session.peers.liveUnits()).get(b.unit), 'alive');
    });
  }),
  join('a unit publishes nothing, and is refused with UNAVAILABLE', ['joinLate'], async (h) => {
    const [a] = await openThree(h);
    const late = await h.joinLate();
    await hook(late.store, async (session) => {
      assert.equal(await session.peers.joined(), false);
      assertAbsent(await session.peers.readOwn());
      await assertRejects(
        () => session.peers.write(sheetAsking('restart', 5)),
        'UNAVAILABLE',
        'write() before joining',
      );
      assertAbsent(await readingOf(session, late.unit), 'the own sheet');
    });
    await h.settle?.();
    assertAbsent(await sheetSeenBy(a, late.unit), 'for the others, its sheet');
  }),
  join('a unit is alive before it can reach its peers', ['joinLate'], async (h) => {
    const [a] = await openThree(h);
    const late = await h.joinLate();
    for (const store of [a, late.store]) {
      const live = await hook(store, (session) => session.peers.liveUnits());
      assert.equal(live.get(late.unit), 'alive', `for ${store.unit}`);
    }
  }),
  join(
    'a unit keeps its stash, sees the grants, and publishes once it has joined',
    ['joinLate'],
    async (h) => {
      const [a] = await openThree(h);
      const late = await h.joinLate();
      const grants = grantSheet(['restart', late.unit, 5]);
      await writeGrants(h, a, grants);
      await hook(late.store, async (session) => {
        assertGrants(await session.grants.read(), grants, 'before joining');
        await session.local.write(sheetAsking('restart', 5));
      });
      await late.join();
      await h.settle?.();
      await hook(late.store, async (session) => {
        assert.equal(await session.peers.joined(), true);
        assert.ok((await session.local.read()) !== undefined, 'the stash is still there');
        await session.peers.write(requestSheet({ requests: [['restart', 5]], fromStash: true }));
      });
      await h.settle?.();
      const listed = await hook(a, (session) => session.peers.readAll([]));
      const reading = listed.get(late.unit);
      assert.ok(reading !== undefined, 'the others list it');
      assertPresent(reading, requestSheet({ requests: [['restart', 5]], fromStash: true }));
    },
  ),
  crowd('have hooks at the same time without getting in each other’s way', [], async (h) => {
    const stores = await openThree(h);
    const sessions = await Promise.all(stores.map((store) => store.begin()));
    await Promise.all(
      sessions.map((session, index) => session.peers.write(sheetAsking('restart', index + 1))),
    );
    await Promise.all(sessions.map((session) => session.end('success')));
    await h.settle?.();
    for (const reader of stores) {
      await hook(reader, async (session) => {
        for (const [index, { unit }] of stores.entries()) {
          assertPresent(await readingOf(session, unit), sheetAsking('restart', index + 1), unit);
        }
      });
    }
  }),
  crowd('may be a hundred', ['addUnit'], async (h) => {
    const [leader, reader, third] = await openThree(h);
    const stores = [leader, reader, third];
    while (stores.length < 100) stores.push(await h.open(await h.addUnit()));
    await h.settle?.();
    for (const [index, store] of stores.entries()) {
      await hook(store, (session) => session.peers.write(sheetAsking('restart', index + 1)));
    }
    await h.settle?.();
    const rows = stores.map(({ unit }, index) => ['restart', unit, index + 1] as const);
    await writeGrants(h, leader, grantSheet(...rows));
    await hook(reader, async (session) => {
      const readings = await session.peers.readAll([]);
      for (const [index, { unit }] of stores.entries()) {
        const reading = readings.get(unit);
        assert.ok(reading !== undefined, `${unit} is listed`);
        assertPresent(reading, sheetAsking('restart', index + 1), unit);
      }
      assertGrants(await session.grants.read(), grantSheet(...rows));
      const live = await session.peers.liveUnits();
      for (const { unit } of stores) assert.equal(live.get(unit), 'alive', unit);
    });
  }),
];
