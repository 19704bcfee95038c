import assert from 'node:assert/strict';

import {
  assertGrants,
  assertPresent,
  assertRejects,
  assertUnreadable,
  hook,
  openThree,
  publish,
  readingOf,
  sheetSeenBy,
  writeGrants,
} from '../checks.ts';
import { topic, type ConformanceCase } from '../conformance-case.ts';
import { grantSheet, sheetAsking } from '../documents.ts';

const corruption = topic('unreadable documents');

/** What a store does with what it cannot read. */
export const corruptionCases: readonly ConformanceCase[] = [
  corruption(
    'make their own unit unreadable, and the others go on',
    ['corruptSheet'],
    async (h) => {
      const [a, b, c] = await openThree(h);
      await publish(h, a, sheetAsking('restart', 5));
      await publish(h, b, sheetAsking('restart', 6));
      await h.corruptSheet(a.unit);
      await h.settle?.();
      await hook(c, async (session) => {
        assertUnreadable(await readingOf(session, a.unit), `the sheet of ${a.unit}`);
        assertPresent(await readingOf(session, b.unit), sheetAsking('restart', 6), 'another sheet');
        await session.peers.write(sheetAsking('restart', 7));
      });
      await h.settle?.();
      assertPresent(await sheetSeenBy(b, c.unit), sheetAsking('restart', 7), 'a third sheet');
    },
  ),
  corruption(
    'in place of the own sheet are reported, and never overwritten',
    ['corruptSheet'],
    async (h) => {
      const [a, b] = await openThree(h);
      await publish(h, a, sheetAsking('restart', 5));
      await h.corruptSheet(a.unit);
      await h.settle?.();
      await hook(a, async (session) => {
        assertUnreadable(await session.peers.readOwn(), 'the own sheet');
        await assertRejects(
          () => session.peers.write(sheetAsking('restart', 6)),
          'CORRUPT',
          'write() over an unreadable sheet',
        );
      });
      await h.settle?.();
      assertUnreadable(await sheetSeenBy(a, a.unit), 'afterwards, the own sheet');
      assertUnreadable(await sheetSeenBy(b, a.unit), 'afterwards, for another unit, the sheet');
    },
  ),
  corruption(
    'in place of the own sheet are not overwritten by a hook that did not look',
    ['corruptSheet'],
    async (h) => {
      const [a, b] = await openThree(h);
      await publish(h, a, sheetAsking('restart', 5));
      await h.corruptSheet(a.unit);
      const session = await a.begin();
      await assertRejects(
        () => session.peers.write(sheetAsking('restart', 6)),
        'CORRUPT',
        'write() over an unreadable sheet',
      );
      await session.end('failure');
      await h.settle?.();
      assertUnreadable(await sheetSeenBy(b, a.unit), 'for another unit, the sheet');
    },
  ),
  corruption(
    'in place of the grants reject with CORRUPT, and are not empty grants',
    ['corruptGrants'],
    async (h) => {
      const [a, b] = await openThree(h);
      await writeGrants(h, a, grantSheet(['restart', b.unit, 5]));
      await h.corruptGrants();
      await h.settle?.();
      for (const store of [a, b]) {
        const session = await store.begin();
        await assertRejects(
          () => session.grants.read(),
          'CORRUPT',
          `grants.read() of ${store.unit}`,
        );
        await session.peers.write(sheetAsking('restart', 7));
        await session.end('success');
      }
      await h.settle?.();
      assertPresent(await sheetSeenBy(b, a.unit), sheetAsking('restart', 7), 'the hook goes on:');
    },
  ),
  corruption('in place of the grants are never overwritten', ['corruptGrants'], async (h) => {
    const [a, b] = await openThree(h);
    await writeGrants(h, a, grantSheet(['restart', b.unit, 5]));
    await h.corruptGrants();
    await h.settle?.();
    for (const outcome of ['failure', 'success'] as const) {
      const session = await a.begin();
      await assertRejects(
        () => session.grants.write(grantSheet(['restart', a.unit, 9])),
        'CORRUPT',
        'grants.write() over unreadable grants',
      );
      await session.end(outcome);
    }
    await h.settle?.();
    for (const store of [a, b]) {
      await hook(store, (session) =>
        assertRejects(() => session.grants.read(), 'CORRUPT', 'afterwards, grants.read()'),
      );
    }
  }),
  corruption('where there was a sheet leave the grants readable', ['corruptSheet'], async (h) => {
    const [a, b] = await openThree(h);
    await publish(h, a, sheetAsking('restart', 5));
    await writeGrants(h, b, grantSheet(['restart', a.unit, 5]));
    await h.corruptSheet(a.unit);
    await h.settle?.();
    await hook(a, async (session) => {
      assertGrants(await session.grants.read(), grantSheet(['restart', a.unit, 5]));
      assert.ok((await session.peers.liveUnits()).has(a.unit), 'it is still a unit');
    });
  }),
  corruption(
    'in place of the stash reject with CORRUPT, and are not no stash',
    ['corruptStash'],
    async (h) => {
      const [a, b] = await openThree(h);
      await hook(a, (session) => session.local.write(sheetAsking('stashed', 3)));
      await h.corruptStash(a.unit);
      await hook(a, async (session) => {
        await assertRejects(() => session.local.read(), 'CORRUPT', 'local.read()');
        await session.peers.write(sheetAsking('restart', 5));
      });
      await h.settle?.();
      assertPresent(await sheetSeenBy(b, a.unit), sheetAsking('restart', 5), 'the hook goes on:');
    },
  ),
];
