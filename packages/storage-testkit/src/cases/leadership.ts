import assert from 'node:assert/strict';

import { assertRejects, hook, openThree } from '../checks.ts';
import { topic, type ConformanceCase } from '../conformance-case.ts';
import { grantSheet } from '../documents.ts';

const leadership = topic('leadership');

/** Who leads, and what a session makes of it. */
export const leadershipCases: readonly ConformanceCase[] = [
  leadership('belongs to the elected unit alone, and moves', [], async (h) => {
    const stores = await openThree(h);
    for (const leader of [stores[1], stores[0], stores[2]]) {
      await h.elect(leader.unit);
      for (const store of stores) {
        const answer = await hook(store, (session) => session.leadership());
        assert.equal(answer.leader, store === leader, `${leader.unit} was elected: ${store.unit}`);
      }
    }
  }),
  leadership(
    'is guaranteed for a while to the leader, and for no time to the others',
    [],
    async (h) => {
      const [a, b] = await openThree(h);
      await h.elect(a.unit);
      const yes = await hook(a, (session) => session.leadership());
      assert.ok(yes.guaranteedForMs > 0, `the leader's guarantee is ${yes.guaranteedForMs} ms`);
      const no = await hook(b, (session) => session.leadership());
      assert.equal(no.guaranteedForMs, 0, 'the guarantee of a follower');
    },
  ),
  leadership('is asked anew in the session of a leader', [], async (h) => {
    const [a, b] = await openThree(h);
    await h.elect(a.unit);
    await hook(a, async (session) => {
      assert.equal((await session.leadership()).leader, true);
      await h.elect(b.unit);
      const answer = await session.leadership();
      assert.deepEqual(answer, { leader: false, guaranteedForMs: 0 }, 'after another was elected');
    });
  }),
  leadership('denied once stays denied until the hook ends', [], async (h) => {
    const [a, b] = await openThree(h);
    await h.elect(a.unit);
    await hook(b, async (session) => {
      assert.equal((await session.leadership()).leader, false);
      await h.elect(b.unit);
      assert.equal((await session.leadership()).leader, false, 'a no stays a no');
      await assertRejects(
        () => session.grants.write(grantSheet(['restart', b.unit, 9])),
        'NOT_LEADER',
        'grants.write() after a no',
      );
    });
    const next = await hook(b, (session) => session.leadership());
    assert.equal(next.leader, true, 'and the next hook is told yes');
  }),
  leadership('may be asked while other calls are under way', [], async (h) => {
    const [a] = await openThree(h);
    await h.elect(a.unit);
    await hook(a, async (session) => {
      const [first, , , , second] = await Promise.all([
        session.leadership(),
        session.peers.readAll([]),
        session.grants.read(),
        session.peers.liveUnits(),
        session.leadership(),
      ]);
      assert.equal(first.leader && second.leader, true);
    });
  }),
];
