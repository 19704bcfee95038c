import type { History } from './stage/history.ts';

/** The case that the protocol does not protect against. */
export const commitFailsAfterHandOver: History = {
  name: 'commit-fails-after-hand-over',
  juju: '3.6',
  units: 3,
  shows: 'Not protected: the leader hands the lock over, and then its commit fails.',
  rule: 'Leader settings are written at once, the sheet on commit: the request stays open, and is served twice.',
  async play(director) {
    director.tells('db/1 is granted the lock.');
    director.wants('db/1', 'restart');
    await director.configures();
    await director.runHook('db/1');
    director.hears('db/0');
    await director.runHook('db/0');
    await director.runHook('db/0');
    director.tells('The leader asks, and then db/2. Both wait until db/1 has worked.');
    director.wants('db/0', 'restart');
    await director.configures();
    director.hears('db/0');
    await director.runHook('db/0');
    director.wants('db/2', 'restart');
    await director.runHook('db/2');
    await director.runHook('db/0');
    await director.runHook('db/1');
    director.tells('The leader works. When its hook ends, the controller cannot be reached.');
    await director.runUntil('db/0', 'works under restart');
    await director.does({ do: 'fail-flush', unit: 'db/0' });
    await director.runHook('db/0');
    director.nowHolds('restart db/2');
    director.tells('The roll passes db/0 by, though it is in error.');
    await director.runHook('db/2');
    director.tells('The request of db/0 is still open, and is served once more.');
    await director.settle();
  },
  worked: ['db/1 restart', 'db/0 restart', 'db/2 restart', 'db/0 restart'],
  holders: [],
};
