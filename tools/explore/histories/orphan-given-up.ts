import type { History } from './stage/history.ts';

/** The counterpart of `leader-dies`: nobody wants the work any more. */
export const orphanGivenUp: History = {
  name: 'orphan-given-up',
  juju: '3.6',
  units: 2,
  shows:
    'A hook of the leader fails under its own grant, and the retry does not want the lock any more.',
  rule: 'An orphan that nothing adopts is given up by a sheet whose last ticket covers it, and by nothing else.',
  async play(director) {
    director.tells('The leader grants itself the lock, and its work fails.');
    director.wants('db/0', 'restart');
    await director.configures();
    await director.runUntil('db/0', 'works under restart');
    await director.does({ do: 'fail', unit: 'db/0' });
    await director.runHook('db/0');
    director.tells('db/1 asks. It waits, as the work of db/0 may be half done.');
    director.wants('db/1', 'restart');
    await director.runHook('db/1');
    director.nowHolds('restart db/0');
    director.tells(
      'The operator sees to it that db/0 needs no restart. Juju tries its hook again.',
    );
    director.wantsNoMore('db/0', 'restart');
    await director.retries('db/0');
    await director.settle();
  },
  worked: ['db/1 restart'],
  holders: [],
};
