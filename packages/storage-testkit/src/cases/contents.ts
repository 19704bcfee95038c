import assert from 'node:assert/strict';

import { sameRequestSheet, type RequestSheet } from '@baton/coordinator';

import {
  assertAbsent,
  assertGrants,
  assertPresent,
  grantsSeenBy,
  hook,
  openThree,
  publish,
  readingOf,
  sheetSeenBy,
  writeGrants,
} from '../checks.ts';
import { topic, type ConformanceCase } from '../conformance-case.ts';
import { grantSheet, ODD_LOCK_NAMES, requestSheet, sheetAsking } from '../documents.ts';

const snapshots = topic('snapshots');
const stash = topic('the stash');
const names = topic('odd lock names');

/** What goes in comes out: copies, stashes, names. */
export const contentCases: readonly ConformanceCase[] = [
  snapshots(
    'are taken of a sheet when it is written, so later edits do not count',
    [],
    async (h) => {
      const [a, b] = await openThree(h);
      const requests = new Map(sheetAsking('restart', 5).requests);
      await hook(a, async (session) => {
        await session.peers.write({ ...sheetAsking('restart', 5), requests });
        requests.clear();
        assertPresent(await session.peers.readOwn(), sheetAsking('restart', 5), 'in the session,');
      });
      await h.settle?.();
      assertPresent(await sheetSeenBy(b, a.unit), sheetAsking('restart', 5));
    },
  ),
  snapshots('are taken of grants when they are written', [], async (h) => {
    const [a, b] = await openThree(h);
    await h.elect(a.unit);
    const expected = grantSheet(['restart', b.unit, 5]);
    const grants = new Map([...expected].map(([lock, units]) => [lock, new Map(units)]));
    await hook(a, async (session) => {
      await session.grants.write(grants);
      for (const units of grants.values()) units.clear();
      grants.clear();
      assertGrants(await session.grants.read(), expected, 'in the session');
    });
    await h.settle?.();
    assertGrants(await grantsSeenBy(b), expected);
  }),
  snapshots('are taken of a stash when it is written', [], async (h) => {
    const [a] = await openThree(h);
    const requests = new Map(sheetAsking('restart', 5).requests);
    await hook(a, async (session) => {
      await session.local.write({ ...sheetAsking('restart', 5), requests });
      requests.clear();
    });
    const read = await hook(a, (session) => session.local.read());
    assert.deepEqual(read, sheetAsking('restart', 5));
  }),
  snapshots('that were given may be kept: later writes do not change them', [], async (h) => {
    const [a, b] = await openThree(h);
    await publish(h, a, sheetAsking('restart', 5));
    await writeGrants(h, a, grantSheet(['restart', b.unit, 5]));
    const kept = await hook(a, async (session) => {
      const given = {
        readings: await session.peers.readAll([]),
        own: await session.peers.readOwn(),
        grants: await session.grants.read(),
      };
      await session.grants.write(grantSheet(['upgrade', a.unit, 9]));
      await session.peers.write(sheetAsking('upgrade', 9));
      return given;
    });
    await publish(h, a, sheetAsking('migrate', 11));
    const listed = kept.readings.get(a.unit);
    assert.ok(listed !== undefined);
    assertPresent(listed, sheetAsking('restart', 5), 'what readAll() gave');
    assertPresent(kept.own, sheetAsking('restart', 5), 'what readOwn() gave');
    assertGrants(kept.grants, grantSheet(['restart', b.unit, 5]), 'what grants.read() gave');
  }),
  snapshots('that were given do not lead back into the store', [], async (h) => {
    const [a, b] = await openThree(h);
    await publish(h, a, sheetAsking('restart', 5));
    await writeGrants(h, a, grantSheet(['restart', b.unit, 5]));
    await hook(b, async (session) => {
      const reading = await readingOf(session, a.unit);
      assertPresent(reading, sheetAsking('restart', 5));
      empty(reading.sheet.requests);
      for (const units of (await session.grants.read()).values()) empty(units);
      empty(await session.grants.read());
      empty(await session.peers.readAll([]));
      empty(await session.peers.liveUnits());
    });
    assertPresent(await sheetSeenBy(b, a.unit), sheetAsking('restart', 5));
    assertGrants(await grantsSeenBy(b), grantSheet(['restart', b.unit, 5]));
    const live = await hook(b, (session) => session.peers.liveUnits());
    assert.equal(live.get(a.unit), 'alive');
  }),
  stash('is kept, replaced and deleted', [], async (h) => {
    const [a] = await openThree(h);
    const first = requestSheet({
      requests: [['restart', 5]],
      labels: [['zone', 'z1']],
      nonce: 4,
      fromStash: true,
    });
    for (const written of [first, sheetAsking('upgrade', 7), undefined, first]) {
      await hook(a, (session) => session.local.write(written));
      assertStash(await hook(a, (session) => session.local.read()), written);
    }
  }),
  stash('written in this session is what it reads', [], async (h) => {
    const [a] = await openThree(h);
    await hook(a, async (session) => {
      assertStash(await session.local.read(), undefined);
      await session.local.write(sheetAsking('restart', 5));
      assertStash(await session.local.read(), sheetAsking('restart', 5));
      await session.local.write(undefined);
      assertStash(await session.local.read(), undefined);
    });
  }),
  stash('is seen by its own unit alone, and is no sheet', [], async (h) => {
    const [a, b] = await openThree(h);
    await hook(a, (session) => session.local.write(sheetAsking('restart', 5)));
    await h.settle?.();
    await hook(b, async (session) => {
      assertStash(await session.local.read(), undefined);
      assertAbsent(await readingOf(session, a.unit), 'for another unit, the sheet');
      assertAbsent(await session.peers.readOwn(), "another unit's own sheet");
    });
    await hook(a, async (session) => {
      assertAbsent(await session.peers.readOwn(), 'the own sheet');
    });
  }),
  stash('and sheet are written apart from each other', [], async (h) => {
    const [a] = await openThree(h);
    await hook(a, async (session) => {
      await session.local.write(sheetAsking('stashed', 3));
      await session.peers.write(sheetAsking('restart', 5));
    });
    await hook(a, (session) => session.peers.write(sheetAsking('restart', 6)));
    await hook(a, async (session) => {
      assertStash(await session.local.read(), sheetAsking('stashed', 3));
      await session.local.write(undefined);
    });
    await hook(a, async (session) => {
      assertStash(await session.local.read(), undefined);
      assertPresent(await session.peers.readOwn(), sheetAsking('restart', 6));
    });
  }),
  names('come back as they were, from sheets, grants and stash', [], async (h) => {
    const [a, b] = await openThree(h);
    const requests = ODD_LOCK_NAMES.map((lock, index) => [lock, index + 1] as const);
    const sheet = requestSheet({ requests });
    const grants = grantSheet(...requests.map(([lock, ticket]) => [lock, b.unit, ticket] as const));
    await publish(h, a, sheet);
    await writeGrants(h, a, grants);
    await hook(a, (session) => session.local.write(sheet));
    assertPresent(await sheetSeenBy(b, a.unit), sheet);
    assertGrants(await grantsSeenBy(b), grants);
    assertStash(await hook(a, (session) => session.local.read()), sheet);
  }),
  names('are each a lock of their own', [], async (h) => {
    const [a, b] = await openThree(h);
    for (const lock of ODD_LOCK_NAMES) {
      await publish(h, a, sheetAsking(lock, 5));
      assertPresent(await sheetSeenBy(b, a.unit), sheetAsking(lock, 5), JSON.stringify(lock));
      await writeGrants(h, a, grantSheet([lock, b.unit, 5]));
      assertGrants(await grantsSeenBy(b), grantSheet([lock, b.unit, 5]), JSON.stringify(lock));
    }
  }),
  names('may be very many', [], async (h) => {
    const [a, b] = await openThree(h);
    const locks = Array.from({ length: 200 }, (_, index) => `lock ${index}`);
    const sheet = requestSheet({ requests: locks.map((lock, index) => [lock, index + 1]) });
    await publish(h, a, sheet);
    assertPresent(await sheetSeenBy(b, a.unit), sheet);
  }),
];

function assertStash(read: RequestSheet | undefined, expected: RequestSheet | undefined): void {
  if (read === undefined || expected === undefined) {
    assert.equal(read, expected, 'the stash');
    return;
  }
  assert.ok(sameRequestSheet(read, expected), 'the stash says what was written');
}

/** Does what a caller should not do, where the store lets it. */
function empty(given: ReadonlyMap<unknown, unknown>): void {
  if (given instanceof Map) given.clear();
}
