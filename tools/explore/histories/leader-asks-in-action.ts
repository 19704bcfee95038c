import assert from 'node:assert/strict';

import type { History } from './stage/history.ts';

/** An action also runs while the unit is in error. */
export const leaderAsksInAction: History = {
  name: 'leader-asks-in-action',
  juju: '3.6',
  units: 2,
  shows:
    'The leader asks for the lock in an action, and is granted it in the hook that it sends itself.',
  rule: 'In an action a leader grants itself nothing; that it asked in vain changes the wake key.',
  async play(director) {
    director.tells('The operator runs an action on the leader.');
    director.wants('db/0', 'restart');
    await director.does({ do: 'action', unit: 'db/0' });
    await director.runHook('db/0');
    director.nowHolds();
    assert.deepEqual(director.worked, []);
    director.tells('Its own request is no news to the leader: the wake key is.');
    await director.settle();
  },
  worked: ['db/0 restart'],
  holders: [],
};
