import assert from 'node:assert/strict';

import type { HookSession, LockStore } from '@baton/coordinator';

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
  refresh,
  sheetSeenBy,
  wake,
  writeGrants,
} from '../checks.ts';
import { topic, type ConformanceCase } from '../conformance-case.ts';
import { grantSheet, requestSheet, sheetAsking } from '../documents.ts';

const sessions = topic('sessions');
const failure = topic('failed hooks');
const ownership = topic('stores of one unit');
const durability = topic('durability');

/** How hooks begin, end and fail, and what is left of them. */
export const hookCases: readonly ConformanceCase[] = [
  sessions('are open one at a time', [], async (h) => {
    const [a, b] = await openThree(h);
    const first = await a.begin();
    await assertRejects(() => a.begin(), 'UNAVAILABLE', 'begin() while a session is open');
    await first.peers.write(sheetAsking('restart', 5));
    await first.end('success');
    await h.settle?.();
    assertPresent(
      await sheetSeenBy(b, a.unit),
      sheetAsking('restart', 5),
      'the sheet of the first',
    );
    await hook(a, (session) => session.peers.readOwn());
  }),
  sessions('that are over reject every call with CLOSED', [], async (h) => {
    const [a, b] = await openThree(h);
    await h.elect(a.unit);
    for (const outcome of ['success', 'failure'] as const) {
      const session = await a.begin();
      await session.end(outcome);
      for (const [name, call] of everyCall(session)) {
        await assertRejects(call, 'CLOSED', `${name} after end('${outcome}')`);
      }
    }
    await h.settle?.();
    assertAbsent(await sheetSeenBy(b, a.unit), 'what was written too late');
    assertGrants(await grantsSeenBy(b), grantSheet());
  }),
  sessions(
    'of a closed store cannot be begun, and closing twice does nothing',
    ['close'],
    async (h) => {
      const [a] = await openThree(h);
      await close(a);
      await close(a);
      await assertRejects(() => a.begin(), 'CLOSED', 'begin() of a closed store');
    },
  ),
  failure('publish neither sheet nor stash, and the next hook begins anew', [], async (h) => {
    const [a] = await openThree(h);
    await hook(a, (session) => session.local.write(sheetAsking('restart', 4)));
    await hook(a, (session) => session.peers.write(sheetAsking('restart', 5)), 'failure');
    await hook(a, (session) => session.local.write(undefined), 'failure');
    await hook(a, async (session) => {
      assertAbsent(await session.peers.readOwn(), 'the own sheet');
      const stash = await session.local.read();
      assert.deepEqual(stash, sheetAsking('restart', 4), 'the stash');
    });
  }),
  failure(
    'to publish reject with UNAVAILABLE and leave nothing behind',
    ['failCommit'],
    async (h) => {
      const [a, b] = await openThree(h);
      const before = sheetAsking('restart', 5);
      await publish(h, a, before);
      await writeGrants(h, a, grantSheet(['restart', a.unit, 5]));
      await h.failCommit(a.unit);
      const session = await a.begin();
      await session.peers.write(sheetAsking('restart', 9));
      await session.local.write(sheetAsking('restart', 9));
      if (session.grants.visibility === 'on-commit') {
        await session.grants.write(grantSheet(['restart', a.unit, 9]));
      }
      await assertRejects(() => session.end('success'), 'UNAVAILABLE', 'a commit that failed');
      await h.settle?.();
      assertPresent(await sheetSeenBy(b, a.unit), before, 'the sheet from before');
      assertGrants(await grantsSeenBy(b), grantSheet(['restart', a.unit, 5]));
      assert.equal(await hook(a, (next) => next.local.read()), undefined, 'no stash');
      await publish(h, a, sheetAsking('restart', 11));
      assertPresent(await sheetSeenBy(b, a.unit), sheetAsking('restart', 11), 'the next commit');
    },
  ),
  failure('to publish are over all the same', ['failCommit'], async (h) => {
    const [a] = await openThree(h);
    await h.failCommit(a.unit);
    const session = await a.begin();
    await session.peers.write(sheetAsking('restart', 9));
    await assertRejects(() => session.end('success'), 'UNAVAILABLE', 'a commit that failed');
    await assertRejects(() => session.end('success'), 'CLOSED', 'end() for the second time');
    await assertRejects(() => session.peers.readOwn(), 'CLOSED', 'readOwn() after it');
  }),
  ownership('are refused with UNIT_IN_USE while one serves it', ['openAgain'], async (h) => {
    const [a] = await openThree(h);
    await publish(h, a, sheetAsking('restart', 5));
    const unit = a.unit;
    await assertRejects(
      async () => (await h.openAgain(unit)).begin(),
      'UNIT_IN_USE',
      'a second store for one unit',
    );
    await publish(h, a, sheetAsking('restart', 6));
    assertPresent(
      await sheetSeenBy(a, unit),
      sheetAsking('restart', 6),
      'the first store works on:',
    );
  }),
  ownership('may follow each other', ['close'], async (h) => {
    const [a, b] = await openThree(h);
    await publish(h, a, sheetAsking('restart', 5));
    await close(a);
    const again = await h.open(a.unit);
    await publish(h, again, sheetAsking('restart', 6));
    assertPresent(await sheetSeenBy(b, a.unit), sheetAsking('restart', 6));
  }),
  ownership('with different keys do not see each other’s documents', ['openKey'], async (h) => {
    const [a, b] = await openThree(h);
    const other = await h.openKey(a.unit, 'other');
    assert.equal(other.key, 'other');
    await h.elect(a.unit);
    await hook(a, async (session) => {
      await session.peers.write(sheetAsking('restart', 5));
      await session.grants.write(grantSheet(['restart', b.unit, 5]));
      await session.local.write(sheetAsking('restart', 5));
    });
    await h.settle?.();
    await assertSeesNothing(other);
    await publish(h, other, sheetAsking('upgrade', 7));
    assertPresent(await sheetSeenBy(a, a.unit), sheetAsking('restart', 5), 'under the first key,');
    assertPresent(
      await sheetSeenBy(other, a.unit),
      sheetAsking('upgrade', 7),
      'under the other key,',
    );
  }),
  durability('keeps sheet, stash and grants over closing and opening', ['close'], async (h) => {
    const [a, b, c] = await openThree(h);
    const sheet = requestSheet({ requests: [['restart', 5]], labels: [['zone', 'z1']] });
    await publish(h, a, sheet);
    await hook(a, (session) => session.local.write(sheetAsking('stashed', 3)));
    await writeGrants(h, a, grantSheet(['restart', c.unit, 5]));
    for (const store of [a, b]) await close(store);
    for (const store of [await h.open(a.unit), await h.open(b.unit), c]) {
      await h.settle?.();
      assertPresent(await sheetSeenBy(store, a.unit), sheet);
      assertGrants(await grantsSeenBy(store), grantSheet(['restart', c.unit, 5]));
      const stash = await hook(store, (session) => session.local.read());
      const own = store.unit === a.unit ? sheetAsking('stashed', 3) : undefined;
      assert.deepEqual(stash, own, `the stash of ${store.unit}`);
    }
  }),
  durability(
    'keeps what was published before the process died, and nothing of its hook',
    ['crash'],
    async (h) => {
      const [a, b] = await openThree(h);
      await h.elect(a.unit);
      await publish(h, a, sheetAsking('restart', 5));
      const session = await a.begin();
      const { visibility } = session.grants;
      await session.peers.write(sheetAsking('restart', 9));
      await session.local.write(sheetAsking('restart', 9));
      await session.grants.write(grantSheet(['restart', b.unit, 9]));
      await h.crash(a.unit);
      await h.settle?.();
      const expected =
        visibility === 'immediate' ? grantSheet(['restart', b.unit, 9]) : grantSheet();
      assertGrants(await grantsSeenBy(b), expected, `${visibility}, after the leader died`);
      const live = await hook(b, (other) => other.peers.liveUnits());
      assert.equal(live.get(a.unit), 'alive', 'a unit whose process died stays a member');
      assertPresent(await sheetSeenBy(b, a.unit), sheetAsking('restart', 5));
      const back = await h.open(a.unit);
      await h.settle?.();
      assertPresent(await sheetSeenBy(back, a.unit), sheetAsking('restart', 5), 'its own sheet');
      assertGrants(await grantsSeenBy(back), expected);
      assert.equal(await hook(back, (next) => next.local.read()), undefined, 'no stash');
    },
  ),
];

async function assertSeesNothing(store: LockStore): Promise<void> {
  await hook(store, async (session) => {
    assertAbsent(await session.peers.readOwn(), 'under another key, the own sheet');
    assertGrants(await session.grants.read(), grantSheet(), 'under another key');
    assert.equal(await session.local.read(), undefined, 'under another key, no stash');
  });
}

function everyCall(session: HookSession): readonly (readonly [string, () => Promise<unknown>])[] {
  const { peers, grants, local } = session;
  return [
    ['leadership()', () => session.leadership()],
    ['peers.joined()', () => peers.joined()],
    ['peers.readOwn()', () => peers.readOwn()],
    ['peers.readAll()', () => peers.readAll([])],
    ['peers.write()', () => peers.write(sheetAsking('restart', 99))],
    ['peers.liveUnits()', () => peers.liveUnits()],
    ['grants.read()', () => grants.read()],
    ['grants.write()', () => grants.write(grantSheet(['restart', 'late/0', 99]))],
    ...(grants.refresh === undefined
      ? []
      : [['grants.refresh()', () => refresh(session)] as const]),
    ...(grants.wake === undefined ? [] : [['grants.wake()', () => wake(session)] as const]),
    ['local.read()', () => local.read()],
    ['local.write()', () => local.write(sheetAsking('restart', 99))],
    ['end()', () => session.end('success')],
  ];
}
