import assert from 'node:assert/strict';

import type { History } from './stage/history.ts';

/** The same as `slow-leader-reads-again`, where a hook cannot read the grants a second time. */
export const slowLeaderWakes: History = {
  name: 'slow-leader-wakes',
  juju: '4.0',
  units: 2,
  shows: 'A hook of the leader takes longer than leadership is guaranteed for, on Juju 4.',
  rule: 'Where grants are published on commit, a leader with a broken chain leaves them to a fresh hook and wakes it.',
  async play(director) {
    director.tells('The leader asks for the lock and is granted it, and so db/1 waits.');
    director.wants('db/0', 'restart', { ms: 40_000, blocking: true });
    await director.configures();
    await director.runHook('db/0');
    director.wants('db/1', 'restart');
    await director.runHook('db/1');
    director.tells('The leader works for 40 s, and its event loop stands still.');
    await director.runHook('db/0');
    director.nowHolds();
    assert.ok(director.application.model.controller.applicationBag.has('baton-wake'));
    await director.settle();
  },
  worked: ['db/0 restart', 'db/1 restart'],
  holders: [],
};
