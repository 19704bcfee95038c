import assert from 'node:assert/strict';

import {
  assertAbsent,
  assertGrants,
  assertPresent,
  assertRejects,
  grantsSeenBy,
  hook,
  openThree,
  sheetSeenBy,
  refresh,
  writeGrants,
} from '../checks.ts';
import { topic, type ConformanceCase } from '../conformance-case.ts';
import { grantSheet, sheetAsking } from '../documents.ts';

const grants = topic('grants');

/** When written grants are there, and for whom. */
export const grantCases: readonly ConformanceCase[] = [
  grants('are seen by everybody once the hook has succeeded', [], async (h) => {
    const stores = await openThree(h);
    const [a, b, c] = stores;
    const sheet = grantSheet(
      ['restart', a.unit, 5],
      ['restart', b.unit, 6],
      ['upgrade', c.unit, 7],
    );
    await writeGrants(h, a, sheet);
    for (const store of stores) assertGrants(await grantsSeenBy(store), sheet);
  }),
  grants(
    'are seen by others during the hook if the store says immediate, and only then',
    [],
    async (h) => {
      const [a, b] = await openThree(h);
      await h.elect(a.unit);
      const sheet = grantSheet(['restart', b.unit, 5]);
      const session = await a.begin();
      const { visibility } = session.grants;
      await session.grants.write(sheet);
      await h.settle?.();
      const seen = await grantsSeenBy(b);
      await session.end('success');
      assertGrants(
        seen,
        visibility === 'immediate' ? sheet : grantSheet(),
        `${visibility}, in the hook`,
      );
    },
  ),
  grants('of a failed hook stay if the store says immediate, and only then', [], async (h) => {
    const [a, b] = await openThree(h);
    await h.elect(a.unit);
    const sheet = grantSheet(['restart', b.unit, 5]);
    const session = await a.begin();
    const { visibility } = session.grants;
    await session.grants.write(sheet);
    await session.end('failure');
    await h.settle?.();
    const expected = visibility === 'immediate' ? sheet : grantSheet();
    assertGrants(await grantsSeenBy(b), expected, `${visibility}, after a failed hook`);
    assertGrants(
      await grantsSeenBy(a),
      expected,
      `${visibility}, after a failed hook, for the leader`,
    );
  }),
  grants('have the same visibility in every session of every unit', [], async (h) => {
    const seen = new Set<string>();
    for (const store of await openThree(h)) {
      for (let round = 0; round < 2; round += 1) {
        seen.add(await hook(store, async (session) => session.grants.visibility));
      }
    }
    assert.equal(seen.size, 1, `one visibility, got ${[...seen].join(' and ')}`);
    assert.ok(seen.has('immediate') || seen.has('on-commit'), [...seen].join());
  }),
  grants('that this session has written are what it reads', [], async (h) => {
    const [a, b] = await openThree(h);
    await writeGrants(h, a, grantSheet(['restart', b.unit, 5]));
    const sheet = grantSheet(['restart', a.unit, 6]);
    await hook(a, async (session) => {
      await session.grants.read();
      await session.grants.write(sheet);
      assertGrants(await session.grants.read(), sheet);
    });
  }),
  grants('are replaced whole', [], async (h) => {
    const [a, b] = await openThree(h);
    await writeGrants(h, a, grantSheet(['restart', a.unit, 5], ['upgrade', a.unit, 6]));
    const next = grantSheet(['restart', b.unit, 7]);
    await writeGrants(h, a, next);
    assertGrants(await grantsSeenBy(b), next, 'the second sheet, without what was in the first');
    await writeGrants(h, a, grantSheet());
    assertGrants(await grantsSeenBy(b), grantSheet(), 'the empty sheet');
  }),
  grants('written twice in a hook are as written last', [], async (h) => {
    const [a, b] = await openThree(h);
    const last = grantSheet(['upgrade', b.unit, 7]);
    await h.elect(a.unit);
    await hook(a, async (session) => {
      await session.grants.write(grantSheet(['restart', a.unit, 5]));
      await session.grants.write(last);
    });
    await h.settle?.();
    assertGrants(await grantsSeenBy(b), last);
  }),
  grants('are read once a session, and anew in the next', [], async (h) => {
    const [a, b] = await openThree(h);
    const first = grantSheet(['restart', b.unit, 5]);
    const second = grantSheet(['restart', a.unit, 9]);
    await writeGrants(h, a, first);
    await hook(b, async (session) => {
      assertGrants(await session.grants.read(), first);
      await writeGrants(h, a, second);
      assertGrants(await session.grants.read(), first, 'what this session has read');
    });
    assertGrants(await grantsSeenBy(b), second, 'what the next session reads');
  }),
  grants('are read anew after refresh, by the leader alone', ['refresh'], async (h) => {
    const [a, b] = await openThree(h);
    await writeGrants(h, a, grantSheet(['restart', b.unit, 5]));
    const second = grantSheet(['restart', a.unit, 9]);
    const session = await a.begin();
    await session.grants.read();
    await writeGrants(h, b, second);
    await h.elect(a.unit);
    await refresh(session);
    assertGrants(await session.grants.read(), second, 'after refresh()');
    await session.end('success');
    const follower = await b.begin();
    await assertRejects(() => refresh(follower), 'NOT_LEADER', "a follower's refresh()");
    await follower.end('success');
  }),
  grants('outlive the leader that wrote them', [], async (h) => {
    const [a, b, c] = await openThree(h);
    const sheet = grantSheet(['restart', c.unit, 5]);
    await writeGrants(h, a, sheet);
    await h.elect(b.unit);
    assertGrants(await grantsSeenBy(b), sheet, 'for the new leader');
    const next = grantSheet(['restart', c.unit, 5], ['upgrade', a.unit, 6]);
    await writeGrants(h, b, next);
    for (const store of [a, b, c]) assertGrants(await grantsSeenBy(store), next);
    await writeGrants(h, a, sheet);
    for (const store of [a, b, c]) assertGrants(await grantsSeenBy(store), sheet);
  }),
  grants('written by a follower are refused with NOT_LEADER, and change nothing', [], async (h) => {
    const [a, b] = await openThree(h);
    const sheet = grantSheet(['restart', a.unit, 5]);
    await writeGrants(h, a, sheet);
    const own = sheetAsking('restart', 9);
    await hook(b, async (session) => {
      await session.peers.write(own);
      await assertRejects(
        () => session.grants.write(grantSheet(['restart', b.unit, 9])),
        'NOT_LEADER',
        "a follower's grants.write()",
      );
      assertGrants(await session.grants.read(), sheet, 'in the session of the follower');
    });
    await h.settle?.();
    assertGrants(await grantsSeenBy(a), sheet);
    assertPresent(await sheetSeenBy(a, b.unit), own, 'the hook goes on: the own sheet');
  }),
  grants(
    'written by a leader that was deposed in the middle of its hook are refused',
    [],
    async (h) => {
      const [a, b] = await openThree(h);
      const sheet = grantSheet(['restart', a.unit, 5]);
      await writeGrants(h, a, sheet);
      const session = await a.begin();
      assert.equal((await session.leadership()).leader, true);
      await session.grants.read();
      await h.elect(b.unit);
      await assertRejects(
        () => session.grants.write(grantSheet(['restart', a.unit, 9])),
        'NOT_LEADER',
        "a deposed leader's grants.write()",
      );
      await session.end('success');
      await h.settle?.();
      assertGrants(await grantsSeenBy(b), sheet);
    },
  ),
  grants(
    'staged by a leader that is deposed before its hook ends publish nothing at all',
    [],
    async (h) => {
      const [a, b] = await openThree(h);
      await h.elect(a.unit);
      const session = await a.begin();
      if (session.grants.visibility === 'immediate') {
        const sheet = grantSheet(['restart', a.unit, 5]);
        await session.grants.write(sheet);
        await session.peers.write(sheetAsking('restart', 5));
        await h.elect(b.unit);
        await session.end('success');
        await h.settle?.();
        assertGrants(await grantsSeenBy(b), sheet, 'immediate: written while it led');
        assertPresent(await sheetSeenBy(b, a.unit), sheetAsking('restart', 5));
        return;
      }
      await session.grants.write(grantSheet(['restart', a.unit, 5]));
      await session.peers.write(sheetAsking('restart', 5));
      await h.elect(b.unit);
      await assertRejects(() => session.end('success'), 'NOT_LEADER', "a deposed leader's commit");
      await h.settle?.();
      assertGrants(await grantsSeenBy(b), grantSheet(), 'on-commit: nothing');
      assertAbsent(await sheetSeenBy(b, a.unit), 'on-commit: the own sheet');
    },
  ),
];
